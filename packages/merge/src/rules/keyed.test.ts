import { describe, expect, test } from 'vitest'
import { candidates } from './candidates.ts'
import { keyed } from './keyed.ts'
import { scalar } from './scalar.ts'
import { stages } from './stages.ts'

const context = { called: 'the answers', trusted: ['couple', 'planner'] }
const couple = (value: object) => ({ value: value as never, role: 'couple' })
const planner = (value: object) => ({ value: value as never, role: 'planner' })

describe('answers, question by question', () => {
  const rule = keyed(scalar)
  test('two who answered different questions both have their answer in', () => {
    expect(rule.settle({ song: 'Valerie' }, couple({ song: 'Hey Ya' }), planner({ song: 'Valerie', cake: 'lemon' }), context)).toEqual({
      settled: { cake: 'lemon', song: 'Hey Ya' },
      reason: 'Two people changed different parts of the answers, so both are in.',
      confidence: 1,
    }) // prettier-ignore
  })
  test('of one question, the answer of whoever has the say', () => {
    const answer = rule.settle({ song: null }, planner({ song: 'Valerie' }), couple({ song: 'Hey Ya' }), context)
    expect(answer).toMatchObject({ settled: { song: 'Hey Ya' }, confidence: 0.9 })
    expect(answer.reason).toMatch(/the couple decides the answers/)
  })
  test('an answer that was emptied stays empty, one that was taken out is gone', () => {
    expect(rule.settle({ a: 'x', b: 'y' }, couple({ a: null, b: 'y' }), planner({ a: 'x' }), context)).toMatchObject({
      settled: { a: null },
    })
  })
  test('what one took out and the other changed stays until a person decides', () => {
    const answer = rule.settle({ song: 'Valerie', cake: 'lemon' }, couple({ cake: 'lemon' }), planner({ song: 'Hey Ya', cake: 'lemon' }), context) // prettier-ignore
    expect(answer).toMatchObject({ ask: true, proposed: { song: 'Hey Ya', cake: 'lemon' } })
    expect(answer.reason).toMatch(/One took out of the answers what somebody else changed/)
    expect(rule.settle({ a: 'x' }, couple({ a: null }), planner({}), context)).toMatchObject({ proposed: { a: null } })
  })
  test('two with the same say ask, and nothing is proposed that nobody decided', () => {
    const answer = rule.settle({ song: 'Valerie' }, couple({ song: 'Hey Ya' }), couple({ song: 'Crazy' }), context)
    expect(answer).toEqual({ ask: true, reason: 'Neither of the two has the last word on the answers, so a person decides.' }) // prettier-ignore
  })
  test('where nobody knows what was there before, a person decides', () => {
    expect(rule.settle(undefined, couple({ a: 'x' }), planner({ a: 'y' }), context)).toMatchObject({ ask: true })
    expect(rule.settle({}, couple({ a: 'x' }), { value: 'odd' }, context)).toMatchObject({ ask: true })
  })
})

test('two numbers under one label are both candidates, and the vendor’s own is proposed', () => {
  const phones = { called: 'the phones', trusted: ['vendor', 'planner'] }
  const answer = keyed(candidates).settle(
    { mobile: '+441' },
    { value: { mobile: '+442', office: '+447' }, role: 'planner' },
    { value: { mobile: '+443' }, role: 'vendor' },
    phones,
  )
  expect(answer).toEqual({
    ask: true,
    proposed: { mobile: '+443', office: '+447' },
    reason: 'Two people gave the phones differently. Both can be tried, and a person picks which comes first.',
  })
  expect(keyed(candidates).settle({}, { value: { a: '1' } }, { value: { a: '2' } }, phones)).not.toHaveProperty('proposed')
}) // prettier-ignore

describe('a checklist, line by line', () => {
  const rule = keyed({ text: scalar, done: stages(false, true) }, 'id')
  const line = (id: string, text: string, done = false) => ({ id, text, done })
  const base = [line('a', 'Rings'), line('b', 'Vows')] as never
  test('a line that one ticked and the other worded anew is both', () => {
    expect(rule.settle(base, planner([line('a', 'Both rings'), line('b', 'Vows')]), couple([line('a', 'Rings', true), line('b', 'Vows')]), context)).toMatchObject({
      settled: [line('a', 'Both rings', true), line('b', 'Vows')],
    }) // prettier-ignore
  })
  test('what both added is in, what one took away is out, and the order is that of whoever moved lines', () => {
    expect(
      rule.settle(base, planner([line('b', 'Vows'), line('a', 'Rings'), line('c', 'Cake')]), couple([line('a', 'Rings'), line('b', 'Vows'), line('d', 'Kit')]), context),
    ).toMatchObject({ settled: [line('b', 'Vows'), line('a', 'Rings'), line('c', 'Cake'), line('d', 'Kit')] }) // prettier-ignore
    expect(rule.settle(base, planner([line('b', 'Vows')]), couple([...(base as object[]), line('c', 'Cake')]), context)).toMatchObject({
      settled: [line('b', 'Vows'), line('c', 'Cake')],
    }) // prettier-ignore
  })
  test('a line that both worded anew, with the same say, waits', () => {
    expect(rule.settle(base, couple([line('a', 'X'), line('b', 'Vows')]), couple([line('a', 'Y'), line('b', 'Vows')]), context)).toMatchObject({ ask: true }) // prettier-ignore
  })
  test('of a part without a rule of its own a person decides; a rule that has a proposal hands it on', () => {
    const only = keyed({ done: stages(false, true) }, 'id')
    expect(only.settle(base, couple([line('a', 'X'), line('b', 'Vows')]), planner([line('a', 'Y'), line('b', 'Vows')]), context)).toEqual({
      ask: true,
      reason: 'Both changed the same entry of the answers, so a person decides.',
    }) // prettier-ignore
    const proposing = keyed({ text: candidates }, 'id')
    expect(proposing.settle(base, couple([line('a', 'X'), line('b', 'Vows')]), planner([line('a', 'Y'), line('b', 'Vows')]), context)).toMatchObject({
      ask: true,
      proposed: [line('a', 'X'), line('b', 'Vows')],
    }) // prettier-ignore
  })
})

describe('what it is made of', () => {
  test('stands with it, so that another one is another rule', () => {
    expect(keyed(scalar)).toMatchObject({ worksOn: ['labels', 'answers'], given: { of: 'scalar@1' } })
    expect(keyed(scalar).given).not.toHaveProperty('by')
    expect(keyed({ text: scalar, done: stages(false, true) }, 'id')).toMatchObject({
      worksOn: ['entries'],
      given: { of: { text: 'scalar@1', done: 'stages@1' }, by: 'id' },
    })
  })
  test('it does not matter who is named first where that holds of every part', () => {
    const odd = { ...scalar, isSymmetric: false }
    expect(keyed(scalar).isSymmetric).toBe(true)
    expect(keyed(odd).isSymmetric).toBe(false)
    expect(keyed({ text: scalar, done: odd }, 'id').isSymmetric).toBe(false)
    expect(keyed({ text: scalar, done: scalar }, 'id').isSymmetric).toBe(true)
  })
})

describe('several parts at once', () => {
  const line = (text: string, done = false) => ({ id: 'a', text, done })
  const both = { song: scalar, done: stages('planned', 'done', 'skipped').asksFor(['done', 'skipped']) }
  test('say each what became of them, one sentence after another', () => {
    const { reason } = keyed(scalar).settle({ cake: 'none', song: 'none' }, planner({ cake: 'A plum one', song: 'slow' }), couple({ cake: 'A nut one', song: 'fast' }), context) // prettier-ignore
    expect(reason).toBe("Kept the couple's fast because the couple decides the answers. The planner's slow is in the list. Kept the couple's “A nut one” because the couple decides the answers. The planner's “A plum one” is in the list.") // prettier-ignore
    const entry = keyed({ text: scalar, place: scalar }, 'id')
    const at = (text: string, place: string) => [{ id: 'a', text, place }] as never
    expect(entry.settle(at('Rings', 'Barn'), planner(at('X', 'Lawn')), couple(at('Y', 'Hall')), context).reason).toBe(
      "Kept the couple's “Hall” because the couple decides the answers. The planner's “Lawn” is in the list. Kept the couple's “Y” because the couple decides the answers. The planner's “X” is in the list.",
    )
  })
  test('are as sure as the least sure of them, within an entry too', () => {
    const rule = keyed({ text: scalar, done: stages(false, true) }, 'id')
    const sure = (one: object, other: object) => rule.settle([line('Rings')] as never, planner([one]), couple([other]), context) // prettier-ignore
    expect(sure(line('X', true), line('Y'))).toMatchObject({ settled: [line('Y', true)], confidence: 0.9 })
    expect(sure(line('X'), line('Rings', true))).toMatchObject({ settled: [line('X', true)], confidence: 1 })
  })
  test('wait where one of them does, and nothing is proposed that one of them does not propose', () => {
    const rule = keyed({ done: both.done, text: candidates }, 'id')
    const entry = (text: string, done: string) => [{ id: 'a', text, done }] as never
    const answer = rule.settle(entry('Rings', 'planned'), planner(entry('X', 'done')), planner(entry('Y', 'skipped')), context) // prettier-ignore
    expect(answer).toMatchObject({ ask: true })
    expect(answer).not.toHaveProperty('proposed')
    expect(rule.settle(entry('Rings', 'planned'), planner(entry('X', 'done')), couple(entry('Y', 'done')), context)).toMatchObject({ ask: true, proposed: entry('Y', 'done') }) // prettier-ignore
  })
})
