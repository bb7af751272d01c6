import { describe, expect, test } from 'vitest'
import { kinds } from '../limits.ts'
import { createLines, patienceOf, type Kind } from './create-lines.ts'
import { secondsToStayAway, SentHome } from './sent-home.ts'

const forEver = () => new Promise<never>(() => undefined)
const aHouse = () => {
  const at = { isClosed: true, seconds: 0, now: new Date('2026-06-20T18:00:00Z') }
  const breaker = { isClosed: () => at.isClosed, openForSeconds: () => at.seconds }
  const lines = createLines({ breaker, clock: () => at.now, chance: () => 0.5 })
  const comes = (kind: Kind, step: () => Promise<unknown> = forEver) =>
    lines.admit(kind, patienceOf(kind, new AbortController().signal), step)
  return {
    ...{ at, lines, comes },
    /** So many are in, and stay. */
    crowd: (kind: Kind, count: number) => {
      for (let nth = 0; nth < count; nth += 1) comes(kind).catch(() => undefined)
    },
    /** Why somebody was sent home, or that they were let in. */
    whatOf: async (kind: Kind) =>
      comes(kind, () => Promise.resolve('let in')).catch((thrown: unknown) => (thrown as SentHome).why),
  }
}
/** So many that more than half of the room to wait in is taken. */
const tooMany = (kind: Kind) => kinds[kind].atOnce + kinds[kind].waitingMax / 2 + 1

describe('who is sent home first', () => {
  test('while many wait for news, first loads and figures are, though there is a place; what people wrote goes in', async () => {
    const house = aHouse()
    house.crowd('pull', tooMany('pull'))
    expect(await house.whatOf('load')).toBe('outranked')
    expect(await house.whatOf('status')).toBe('outranked')
    expect(await house.whatOf('push')).toBe('let in')
  })

  test('while many wait for figures only first loads are; a crowd of first loads keeps nobody else', async () => {
    const house = aHouse()
    house.crowd('status', tooMany('status'))
    expect([await house.whatOf('load'), await house.whatOf('pull')]).toEqual(['outranked', 'let in'])
    const other = aHouse()
    other.crowd('load', 400)
    const all = await Promise.all((['load', 'status', 'pull', 'push'] as const).map(other.whatOf))
    expect(all).toEqual(['full', 'let in', 'let in', 'let in'])
  })

  test('while very many send what they wrote, everybody who only reads is', async () => {
    const house = aHouse()
    house.crowd('push', kinds.push.atOnce / 2 + 1)
    const all = await Promise.all((['load', 'status', 'pull', 'push'] as const).map(house.whatOf))
    expect(all).toEqual(['outranked', 'outranked', 'outranked', 'let in'])
  })

  test('that reads were sent home is known for a minute; a push, or somebody who left, is no sign of it', async () => {
    const house = aHouse()
    house.crowd('push', 501)
    expect(await house.whatOf('push')).toBe('full')
    expect(house.lines.isShedding()).toBe(false)
    await house.whatOf('load')
    expect(house.lines.isShedding()).toBe(true)
    house.at.now = new Date(house.at.now.getTime() + 60_000)
    expect(house.lines.isShedding()).toBe(false)
  })
})

describe('a database that is away', () => {
  test('nobody is let in, and all that wait are sent home, in every line', async () => {
    const house = aHouse()
    const { inner, turnsOfDevice, turnsOfOrganization } = house.lines
    const runs = [
      ...(['pull', 'pull', 'pull'] as const).map((kind) => house.comes(kind)),
      ...Array.from({ length: 7 }, () => inner.writes.run(forEver)),
      ...Array.from({ length: 2 }, () => turnsOfDevice.run('tom', forEver)),
      ...Array.from({ length: 4 }, () => turnsOfOrganization.run('hazel', forEver)),
    ].map((run) => run.catch((thrown: unknown) => (thrown as SentHome).why))
    const waiting = () => house.lines.lengths().reduce((sum, one) => sum + one.waiting, 0)
    expect(waiting()).toBe(4)
    Object.assign(house.at, { isClosed: false, seconds: 3 })
    house.lines.disperse()
    expect(waiting()).toBe(0)
    expect(await Promise.all([runs[2]!, runs[9]!, runs[11]!, runs[15]!])).toEqual(Array(4).fill('away'))
    expect(await house.whatOf('push')).toBe('away')
    expect(() => house.lines.mustBeThere()).toThrow('does not answer')
  })
})

describe('when to come back', () => {
  test('after two seconds at least and thirty at most, the later the worse it is, and never all at once', () => {
    const times = (badness: number) =>
      Array.from({ length: 101 }, (_, nth) => secondsToStayAway(badness, () => nth / 101))
    expect([Math.min(...times(0)), Math.max(...times(0))]).toEqual([2, 6])
    expect([Math.min(...times(0.5)), Math.max(...times(0.5))]).toEqual([2, 16])
    expect([Math.min(...times(9)), Math.max(...times(9))]).toEqual([2, 30])
    expect(new Set(times(1)).size).toBeGreaterThan(25)
  })
})
