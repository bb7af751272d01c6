import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../testing/runs.ts'
import { joinTexts, orMarker } from './join-texts.ts'
import { publicTextRule, textRule } from './text.ts'

const context = { called: 'the note', trusted: [] }
const joined = (base: string, one: string, other: string) =>
  textRule.settle(base, { value: one }, { value: other }, context)

test('two people who write in different lines of a note both find their words in it', () => {
  expect(joined('Gate\nPower\nBins\n', 'Lower gate\nPower\nBins\n', 'Gate\nPower\nBins for glass\n')).toMatchObject({
    settled: 'Lower gate\nPower\nBins for glass\n',
    confidence: 0.95,
  })
})

test('two people who change different words of one line both find theirs', () => {
  expect(joined('The band eats at seven', 'The whole band eats at seven', 'The band eats at eight')).toMatchObject({
    settled: 'The whole band eats at eight',
  })
})

test('where two people wrote different words in one place, both stand there, and nobody is named', () => {
  const both = joined('Cake: lemon\nKnife in box\n', 'Cake: plum\nKnife in box\n', 'Cake: fig\nKnife in box\n')
  expect(both).toMatchObject({ settled: `Cake: fig\n${orMarker}\nCake: plum\nKnife in box\n`, confidence: 0.6 })
})

test('a third version joins the other two side by side, never inside them', () => {
  const two = joinTexts('lemon', 'plum', 'fig').text
  expect(joinTexts('lemon', two, 'pear').text).toBe(`fig\n${orMarker}\npear\n${orMarker}\nplum`)
})

test('the same note that arrives again adds nothing', () => {
  const two = joinTexts('lemon', 'plum', 'fig').text
  expect(joinTexts('lemon', two, 'fig')).toEqual({ text: two, isOverlapping: false })
  expect(joinTexts('lemon', 'plum', two)).toEqual({ text: two, isOverlapping: false })
})

test('words that a computer takes for its own are words like any other', () => {
  expect(
    joined('constructor\n\n__proto__', 'constructor now\n\n__proto__', 'constructor\n\n__proto__ too'),
  ).toMatchObject({
    settled: 'constructor now\n\n__proto__ too',
  })
})

test('without the words they started from, a person decides', () => {
  expect(textRule.settle(undefined, { value: 'a' }, { value: 'b' }, context)).toMatchObject({ ask: true })
})

test('words that guests read are never shown in two versions before a person looked', () => {
  expect(publicTextRule.settle('lemon', { value: 'plum' }, { value: 'fig' }, context)).toMatchObject({
    ask: true,
    proposed: `fig\n${orMarker}\nplum`,
  })
  expect(publicTextRule.settle('a\nb\nc', { value: 'x\nb\nc' }, { value: 'a\nb\ny' }, context)).toMatchObject({
    settled: 'x\nb\ny',
  })
})

test('an entry that was empty before keeps what both wrote', () => {
  expect(textRule.settle(null, { value: 'fig' }, { value: 'plum' }, context)).toMatchObject({
    settled: `fig\n${orMarker}\nplum`,
  })
})

test('words that one deleted and another changed stay, and the lines around them stay lines', () => {
  expect(joined('Gate\nlemon\nBins\n', 'Gate\nBins\n', 'Gate\nfig\nBins\n')).toMatchObject({
    settled: 'Gate\nfig\nBins\n',
    confidence: 0.6,
  })
})

test('two edits that cannot be told apart are for a person', () => {
  const text = fc.array(fc.constantFrom('a', 'b', ' ', '\n'), { maxLength: 12 }).map((parts) => parts.join(''))
  const answers = fc
    .sample(fc.tuple(text, text, text), runs(5000, { seed: 3 }))
    .map(([base, one, other]) => joined(base, one, other))
  const asked = answers.filter((answer) => 'ask' in answer)
  expect(asked.length).toBeLessThan(answers.length / 4)
  for (const { reason } of asked)
    expect(reason).toBe('The two edits of the note are too entangled to keep both, so a person decides.')
})

test('most notes written side by side settle without asking anyone', () => {
  const word = fc.constantFrom('gate', 'barn', 'seven', 'cake', 'Tom', 'lights')
  const lines = fc.array(
    fc.array(word, { minLength: 1, maxLength: 5 }).map((list) => list.join(' ')),
    { minLength: 4, maxLength: 8 },
  )
  let [tried, asked] = [0, 0]
  fc.assert(
    fc.property(lines, fc.nat(3), fc.nat(3), (base, i, j) => {
      const one = base.with(i, `${base[i]!} with Rosa`).join('\n')
      const other = base.with(j, `At noon: ${base[j]!}`).join('\n')
      tried += 1
      if ('ask' in joined(base.join('\n'), one, other)) asked += 1
    }),
    runs(1000, { seed: 7 }),
  )
  expect(asked / tried).toBeLessThan(0.05)
})
