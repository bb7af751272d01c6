// The ways a field can have been said otherwise, one by one and one after the other.
import { describe, expect, test } from 'vitest'
import { type Field } from '../field.ts'
import { bool, labels, oneOf, text } from '../values.ts'
import { composed, oneLabel, renamed, respelled, type Saying, type Spelling, type Wording } from './wording.ts'

const wordingOf = (saying: Saying, now: Field): Wording => ({ was: 'then', is: saying.is, ...saying.of(now) })
const status = oneOf('open', 'doing', 'done', 'dropped').byDefault('doing')
const done = respelled(
  'status',
  bool(),
  [
    [false, 'open', 'doing'],
    [true, 'done'],
  ],
  { shown: [[true, 'dropped']] },
)

describe('a field of another name', () => {
  test('holds what it holds today, and nothing of it is hidden', () => {
    const { then, told, meant, standsFor, isExact, laid, keepsRest, faults } = wordingOf(renamed('place'), status)
    expect(then).toBe(status)
    expect([told('open'), meant('open'), laid('open', 'done')]).toEqual(['open', 'open', 'open'])
    expect([standsFor('open', 'open'), standsFor('open', 'done')]).toEqual([true, false])
    expect([isExact('open'), keepsRest, faults]).toEqual([true, true, []])
  })
})

describe('a field of fewer words', () => {
  const fewer = () => wordingOf(done, status)
  test('shows every word of today as one of its own', () => {
    const { told, then, faults } = fewer()
    expect(['open', 'doing', 'done', 'dropped', 'late', null].map(told)).toEqual([
      ...[false, false, true, true, null, null],
    ])
    expect(then.defaultValue).toBe(false)
    expect(faults).toEqual([])
  })
  test('means the plainest of the words it stands for', () => {
    const { meant, standsFor, isExact } = fewer()
    expect([false, true, null, 'odd'].map(meant)).toEqual(['open', 'done', null, null])
    expect([standsFor(false, 'doing'), standsFor(true, 'dropped'), standsFor(true, 'open')]).toEqual([
      ...[true, false, false],
    ])
    expect([standsFor(null, null), standsFor(false, null)]).toEqual([true, false])
    expect([isExact(true), isExact(false), isExact(null)]).toEqual([true, false, true])
  })
  test('leaves what stands where it stands for it already', () => {
    const { laid } = fewer()
    expect([laid(false, 'doing'), laid(false, 'done'), laid(true, 'dropped')]).toEqual(['doing', 'open', 'done'])
  })
  test('hides something where a word stands for several, or is shown for another', () => {
    const plain: Spelling[] = [
      [false, 'no'],
      [true, 'yes'],
    ]
    const yesNo = oneOf('yes', 'no', 'maybe')
    expect(fewer().keepsRest).toBe(false)
    expect(respelled('status', bool(), plain).of(yesNo).keepsRest).toBe(true)
    expect(respelled('status', bool(), plain, { shown: [[true, 'maybe']] }).of(yesNo).keepsRest).toBe(false)
    expect(respelled('status', bool(), [[false, 'no', 'maybe'], [true, 'yes']]).of(yesNo).keepsRest).toBe(false) // prettier-ignore
  })
})

describe('one of several phone numbers', () => {
  const mobile = () => wordingOf(oneLabel('phones', 'mobile'), labels().byDefault({}))
  test('is the one under its label, and empty where there is none', () => {
    const { told, meant, faults, then } = mobile()
    expect(told({ mobile: '+441111111', van: '+442222222' })).toBe('+441111111')
    expect([told({ van: '+442222222' }), told('odd')]).toEqual([null, null])
    expect([meant('+441111111'), meant(null)]).toEqual([{ mobile: '+441111111' }, {}])
    expect([faults, then.kind, then.sqlType]).toEqual([[], 'text', 'text'])
  })
  test('is a phone number, and nothing else', () => {
    const { then } = mobile()
    expect(then.read('+441111111')).toEqual({ ok: true, value: '+441111111' })
    expect(then.read('0771')).toEqual({ ok: false, message: 'This does not look like one.' })
  })
  test('is written over nobody else’s', () => {
    const { laid, keepsRest, isExact, standsFor } = mobile()
    expect(JSON.stringify(laid('+441111111', { van: '+442222222', a: '+443333333', mobile: '+444444444' }))).toBe(
      '{"a":"+443333333","mobile":"+441111111","van":"+442222222"}',
    )
    expect(laid(null, { van: '+442222222', mobile: '+444444444' })).toEqual({ van: '+442222222' })
    expect(keepsRest).toBe(true)
    expect(isExact('+441111111')).toBe(false)
    expect(standsFor('+441111111', { mobile: '+441111111', van: '+442222222' })).toBe(true)
    expect(standsFor('+441111111', { van: '+441111111' })).toBe(false)
  })
})

test('[P7] who reads and writes it, and how much it weighs, is as it is today', () => {
  const plain = wordingOf(done, oneOf('open', 'doing', 'done', 'dropped')).then
  expect(plain).toMatchObject({ isRequired: false, defaultValue: null, readers: null, writers: null, words: null })
  expect(plain).toMatchObject({ isGuarded: false, isFixed: false, level: 'medium' })
  const strict = status.weighs('high').readBy('planner').writeBy('owner').guarded().fixed().called('the state')
  expect(wordingOf(done, strict).then).toMatchObject({
    ...{ level: 'high', readers: ['planner'], writers: ['owner'], isGuarded: true, isFixed: true, words: 'the state' },
  })
  expect(wordingOf(done, oneOf('open', 'doing', 'done', 'dropped').required()).then).toMatchObject({
    isRequired: true,
    defaultValue: null,
  })
})

describe('one version after another', () => {
  // three words a version ago, and a box that was ticked the version before
  const laterOnes = () => wordingOf(respelled('status', oneOf('new', 'done'), [['new', 'open', 'doing'], ['done', 'done', 'dropped']]), status) // prettier-ignore
  const firstOf = (later: Wording) => wordingOf(respelled('state', bool(), [[false, 'new'], [true, 'done']]), later.then) // prettier-ignore
  const made = () => {
    const later = laterOnes()
    const first = firstOf(later)
    return { later, first, both: composed({ ...first, was: 'ticked' }, later) }
  }

  test('has the oldest name and the oldest values, and says them in today’s', () => {
    const { first, both } = made()
    expect([both.was, both.is, both.then]).toEqual(['ticked', 'status', first.then])
    expect(['open', 'doing', 'done', 'dropped'].map(both.told)).toEqual([false, false, true, true])
    expect([false, true].map(both.meant)).toEqual(['open', 'done'])
    expect(both.faults).toEqual([])
  })
  test('stands for what each of the two stands for, and is exact only where both are', () => {
    const { first, later, both } = made()
    expect([both.standsFor(false, 'doing'), both.standsFor(false, 'done')]).toEqual([true, false])
    expect([both.isExact(false), both.isExact(true)]).toEqual([false, false])
    const plain = wordingOf(renamed('status'), later.then)
    expect(composed(first, plain).isExact(true)).toBe(true)
    const coarse = wordingOf(respelled('state', bool(), [[false, 'new', 'done'], [true]]), later.then) // prettier-ignore
    expect(composed(coarse, plain).isExact(false)).toBe(false)
  })
  test('leaves what stands where it stands for it already', () => {
    const { both } = made()
    expect([both.laid(false, 'doing'), both.laid(true, 'doing'), both.laid(true, 'dropped')]).toEqual([
      ...['doing', 'done', 'dropped'],
    ])
  })
  test('hides what either of the two hides', () => {
    const { first, later, both } = made()
    const plain = wordingOf(renamed('status'), status)
    expect([first.keepsRest, later.keepsRest, both.keepsRest]).toEqual([true, false, false])
    expect(composed(later, plain).keepsRest).toBe(false)
    expect(composed(plain, plain).keepsRest).toBe(true)
  })
})

describe('a saying that contradicts itself says where', () => {
  const faultsOf = (spellings: Spelling[], shown: Spelling[] = [], now: Field = oneOf('a', 'b')): readonly string[] =>
    respelled('status', bool(), spellings, { shown }).of(now).faults
  const [no, yes]: Spelling[] = [
    [false, 'a'],
    [true, 'b'],
  ] as [Spelling, Spelling]
  test.each<[string, () => readonly string[], string[]]>([
    ['nothing is wrong', () => faultsOf([no, yes]), []],
    ['a word told by none', () => faultsOf([no, [true, 'c']]), ['the word "b" is told 0 times', 'there is no word "c"']], // prettier-ignore
    ['a word told twice', () => faultsOf([no, [true, 'a', 'b']]), ['the word "a" is told 2 times']],
    ['an old word for nothing', () => faultsOf([no, yes, ['x']]), ['"x" stands for nothing']],
    ['shown as what nobody said', () => faultsOf([[false, 'a']], [['x', 'b']]), ['nothing is shown as "x"']],
    ['shown as what was said', () => faultsOf([[false, 'a']], [[false, 'b']]), []],
    ['an old word twice', () => faultsOf([no, [false, 'b']]), ['an old word is told twice']],
    ['a text', () => faultsOf([no, yes], [], text({ max: 9 })), ['only a field of a few words can be respelled']],
    ['a box has two words', () => faultsOf([['no', false]], [], bool()), ['the word true is told 0 times']],
    ['a box with both', () => faultsOf([['no', false], ['yes', true]], [], bool()), []], // prettier-ignore
    ['a label of what has none', () => oneLabel('title', 'mobile').of(text({ max: 9 })).faults, ['only what holds labels can take one of them']], // prettier-ignore
  ])('%s', (_what, faults, said) => {
    expect(faults()).toEqual(said)
  })
})
