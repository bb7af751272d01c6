import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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

test.each<[string, string, string]>([
  ['b ', ' ', 'b\n'],
  ['\n', 'a', '\nab'],
  ['\n', '\na', 'a'],
])('and so is what would not hold if one of the two were heard again: %j, %j, %j', (base, one, other) => {
  expect(joined(base, one, other)).toMatchObject({ ask: true })
  expect(joined(base, other, one)).toMatchObject({ ask: true })
})

test('two versions of a place are kept whole, where word by word a third would go into them', () => {
  expect(joined('b', 'abb', 'b b')).toMatchObject({ settled: `abb\n${orMarker}\nb b` })
  expect(joined('b', `${orMarker}\nb`, '\n')).toMatchObject({ settled: 'b\n' })
})

test('a word is whole, and so is the space between two', () => {
  expect(joined('a', 'ba', 'ab')).toMatchObject({ settled: `ab\n${orMarker}\nba` })
  expect(joined('\n', ' \n', '\na')).toMatchObject({ settled: '\na\n', confidence: 0.6 })
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

describe('two edits of one note, line by line', () => {
  // base, what the one made of it, what the other made of it, what both together come to
  test.each<[string, string, string, string, string]>([
    ['a line more at the top and one at the end', 'a\nb\n', 'x\na\nb\n', 'a\nb\ny\n', 'x\na\nb\ny\n'],
    ['a line less for each', 'a\nb\nc\nd\ne\n', 'b\nc\nd\ne\n', 'a\nb\nc\nd\n', 'b\nc\nd\n'],
    ['the same line more', 'a\nb\n', 'a\nx\nb\n', 'a\nx\nb\n', 'a\nx\nb\n'],
    ['the same line changed, and another beside it', 'a\nb\nc\nd\n', 'a\nX\nc\nd\n', 'a\nX\nc\nY\n', 'a\nX\nc\nY\n'], // prettier-ignore
    ['no end of line, where there was none', 'a\nb', 'x\nb', 'a\nb\nc', 'x\nb\nc'],
    ['an end of line more', 'a\nb', 'x\nb', 'a\nb\n', 'x\nb\n'],
    ['all of it taken out by both', 'a\nb\n', '', '', ''],
    ['something where nothing was', '', 'x', '', 'x'],
    ['words at both ends of one line', 'the band eats', 'now the band eats', 'the band eats late', 'now the band eats late'], // prettier-ignore
    ['a word taken out and another put in', 'the old band eats well', 'the band eats well', 'the old band eats very well', 'the band eats very well'], // prettier-ignore
    ['signs for words', 'gate: 7', 'gate: 8', 'gate! 7', 'gate! 8'],
    ['spaces for words', 'a  b c', 'a b c', 'a  b d', 'a b d'],
  ])('%s', (_what, base, one, other, both) => {
    expect(joinTexts(base, one, other)).toEqual({ text: both, isOverlapping: false })
    expect(joinTexts(base, other, one)).toEqual({ text: both, isOverlapping: false })
  })

  test.each<[string, string, string, string, string]>([
    ['one line, two ways', 'a\nb\nc\n', 'a\nfig\nc\n', 'a\nplum\nc\n', `a\nfig\n${orMarker}\nplum\nc\n`],
    ['two lines in one place', 'a\nc\n', 'a\nfig\nc\n', 'a\nplum\nc\n', `a\nfig\n${orMarker}\nplum\nc\n`],
    ['the last line, which has no end', 'a\nb', 'a\nfig', 'a\nplum', `a\nfig\n${orMarker}\nplum`],
    ['the last line, which one of them ended', 'a\nb', 'a\nfig\n', 'a\nplum', `a\nfig\n${orMarker}\nplum\n`],
    ['a line that one took out', 'a\nb\nc\n', 'a\nc\n', 'a\nfig\nc\n', 'a\nfig\nc\n'],
    ['all of it, which one took out', 'fig', '', 'plum', 'plum'],
    ['a line that one left empty', 'a\nb\nc\n', 'a\n \nc\n', 'a\nfig\nc\n', 'a\nfig\nc\n'],
    ['three lines against two', 'a\nb\nc\nd\n', 'a\nX\nY\nZ\nd\n', 'a\nb\nV\nd\n', `a\nX\nY\nZ\n${orMarker}\nb\nV\nd\n`], // prettier-ignore
  ])('in one place both stand, for a person to see: %s', (_what, base, one, other, both) => {
    expect(joinTexts(base, one, other)).toEqual({ text: both, isOverlapping: true })
    expect(joinTexts(base, other, one)).toEqual({ text: both, isOverlapping: true })
  })

  test('by lines only, what words could tell apart stands there twice', () => {
    expect(joinTexts('the band eats', 'now the band eats', 'the band eats late', 'lines')).toEqual({
      text: `now the band eats\n${orMarker}\nthe band eats late`,
      isOverlapping: true,
    })
  })

  test('a place that holds two versions already takes a third, and is not gone through word by word', () => {
    const two = `fig jam\n${orMarker}\nplum jam\n`
    // each changed one of the two
    expect(joinTexts(two, two.replace('fig', 'old fig'), two.replace('plum', 'old plum'))).toEqual({
      ...{ text: `old fig jam\n${orMarker}\nold plum jam\n`, isOverlapping: false },
    })
    // one settled on plum while the other still wrote at the fig
    const settledOn = joinTexts(two, two.replace('fig', 'old fig'), 'plum jam\n')
    expect(settledOn).toMatchObject({ isOverlapping: true })
    expect(settledOn.text).toMatch(/^old fig jam\n[^]*plum jam\n$/)
    expect(joinTexts('lemon\n', two, `fig jam\n${orMarker}  \npear\n`).text).toBe(
      `fig jam\n${orMarker}\npear\n${orMarker}\nplum jam\n`,
    )
    // words that only begin like it are words
    expect(joinTexts(`${orMarker} x y`, `${orMarker} now x y`, `${orMarker} x y z`)).toEqual({
      ...{ text: `${orMarker} now x y z`, isOverlapping: false },
    })
  })
})

describe('where lines are alike', () => {
  const lines = (letters: string) => letters.replace(/./g, '$&\n')
  const joinedLines = (base: string, one: string, other: string) => {
    const answers = [joinTexts(lines(base), lines(one), lines(other)), joinTexts(lines(base), lines(other), lines(one))]
    expect(answers[0]).toEqual(answers[1])
    return answers[0]
  }

  test.each<[string, string, string, string, string]>([
    ['one more for the one, something before it for the other', 'a', 'aa', 'ya', 'yaa'],
    ['one less for the one, something before them for the other', 'bb', 'b', 'ybb', 'yb'],
    ['one less, and one that is another now', 'cbb', 'cb', 'bb', 'b'],
    ['another before it for the one, one more for the other', 'b', 'cb', 'bb', 'cbb'],
  ])('both edits are in, and once they are in, neither goes in again: %s', (_what, base, one, other, both) => {
    expect(joinedLines(base, one, other)).toEqual({ text: lines(both), isOverlapping: false })
    for (const side of [one, other])
      expect(joinedLines(base, both, side)).toEqual({ text: lines(both), isOverlapping: false })
  })

  test('an edit that may be the other one and a little more is taken for that', () => {
    // somebody wrote a line at the top, and the one who took a line out is heard a second time
    expect(joinedLines('bbb', 'cbbb', 'bb')).toEqual({ text: lines('cbb'), isOverlapping: false })
    expect(joinedLines('bbb', 'cbb', 'bb')).toEqual({ text: lines('cbb'), isOverlapping: false })
  })

  test.each<[string, string, string, string, string, boolean]>([
    ['the one moved a line behind the other, the other took it out', 'ca', 'ac', 'c', 'ac', false],
    ['each took out one of two', 'dc', 'c', 'd', '', false],
    ['each took out what the other left', 'caca', 'aca', 'ca', 'a', false],
    ['two that may be either', 'cbc', 'bcbc', 'bc', 'bcbc', true],
    ['two that meet word by word', 'bcc', 'cbc', 'bdc', 'dbc', false],
    ['nothing unchanged is left between them', 'ab', 'ay', 'y', 'ay|y', true],
  ])('and otherwise both are in, or stand there: %s', (_what, base, one, other, both, isOverlapping) => {
    const text = both.split('|').map(lines).join(`${orMarker}\n`)
    expect(joinedLines(base, one, other)).toEqual({ text, isOverlapping })
  })

  test('and is an edit of its own where that would be much more', () => {
    expect(joinedLines('pqrsstu', 'pqrstu', 'vqwsstu')).toEqual({ text: lines('vqwstu'), isOverlapping: false })
  })
})

describe('a note that is longer than anybody writes', () => {
  const words = (count: number, last: string) => `${'a b '.repeat(count)}${last}`
  test('of thousands of tiny lines is taken as one stretch of words', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, nth) => `${nth}\n`).join('')
    const base = lines(20_001)
    expect(joinTexts(base, `x${base}`, `${base}y`)).toEqual({ text: `x${base}y`, isOverlapping: false })
  })

  test('of ten thousand lines is still a note of lines', () => {
    const lines = Array.from({ length: 10_000 }, (_, nth) => `${nth % 100}`)
    const edited = (...places: number[]) => lines.map((line, nth) => (places.includes(nth) ? `now ${line}` : line))
    const [one, other, both] = [edited(10, 9_990), edited(5000), edited(10, 5000, 9_990)]
    expect(joinTexts(lines.join('\n'), one.join('\n'), other.join('\n'))).toEqual({
      ...{ text: both.join('\n'), isOverlapping: false },
    })
  })

  test('and was rewritten from end to end, keeps both, for a person to see', () => {
    const [base, one, other] = [words(2000, 'c'), `x ${words(1999, 'd')}`, `y ${words(1998, 'e')}`]
    const { text, isOverlapping } = joinTexts(base, one, other)
    expect(isOverlapping).toBe(true)
    expect(text).toBe([one, other].sort().join(`\n${orMarker}\n`))
  })

  test('of words that are all different, too', () => {
    const numbered = (from: number) => Array.from({ length: 1800 }, (_, nth) => String(from + nth)).join(' ')
    const [base, one, other] = [numbered(0), numbered(10_000), numbered(20_000)]
    expect(joinTexts(base, one, other)).toEqual({ text: `${one}\n${orMarker}\n${other}`, isOverlapping: true })
  })
})

test('why two edits of a note came to what they are, in a sentence', () => {
  const parts = 'Two people changed different parts of the note, so both are in.'
  const words = 'Two people changed the same words of the note, so both are kept there, one under the other.'
  const guests = 'Two people changed the same words of the note, which guests can read, so a person decides.'
  const both = `fig\n${orMarker}\nplum`
  const publicly = (base: string, one: string, other: string) =>
    publicTextRule.settle(base, { value: one }, { value: other }, context)
  expect(joined('a\nb\nc', 'x\nb\nc', 'a\nb\ny')).toEqual({ settled: 'x\nb\ny', reason: parts, confidence: 0.95 })
  expect(publicly('a\nb\nc', 'x\nb\nc', 'a\nb\ny')).toEqual({ settled: 'x\nb\ny', reason: parts, confidence: 0.95 })
  expect(joined('lemon', 'plum', 'fig')).toEqual({ settled: both, reason: words, confidence: 0.6 })
  expect(publicly('lemon', 'plum', 'fig')).toEqual({ ask: true, proposed: both, reason: guests })
  expect(textRule.settle(undefined, { value: 'a' }, { value: 'b' }, context)).toEqual({
    ...{ ask: true, reason: 'Nobody can say what the note said before, so a person decides.' },
  })
  for (const [rule, name] of [
    [textRule, 'text'],
    [publicTextRule, 'public_text'],
  ] as const)
    // prettier-ignore
    expect(rule).toMatchObject({ name, version: 2, isSymmetric: true, worksOn: ['text', 'long_text'] })
})
