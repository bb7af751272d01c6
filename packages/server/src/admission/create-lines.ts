// The lines in front of the database, one for each kind of request. When there is more than can be served, whoever is least
// important is sent home first: first loads, then figures, then news, and what people wrote last. When the database is away,
// everybody is, at once.
import type { Breaker } from '../db/create-breaker.ts'
import {
  innerLines,
  kinds,
  pressureFrom,
  shedRecentlySeconds,
  turnsOfDevice,
  turnsOfOrganization,
  type LineLimits,
} from '../limits.ts'
import { createLine, type Line, type Refuse } from './create-line.ts'
import { patienceFor, type Patience } from './patience.ts'
import { awayIn, secondsToStayAway, SentHome } from './sent-home.ts'
import { createTurns, type TakeTurns } from './take-turns.ts'

/** The least important first. */
export type Kind = keyof typeof kinds

export type Lines = {
  /** Throws when the database is away: before anybody reads a body or looks at a token. */
  mustBeThere: () => void
  admit: <Answer>(kind: Kind, patience: Patience, step: () => Promise<Answer>) => Promise<Answer>
  inner: Readonly<Record<keyof typeof innerLines, Line>>
  turnsOfDevice: TakeTurns
  turnsOfOrganization: TakeTurns
  /** Sends home all that wait. */
  disperse: () => void
  /** Reads were sent home a moment ago, because too many asked. */
  isShedding: () => boolean
  lengths: () => { line: string; waiting: number; underWay: number }[]
}

export type LinesParts = {
  breaker: Pick<Breaker, 'isClosed' | 'openForSeconds'>
  clock: () => Date
  chance: () => number
}

/** How long one who asks for this waits in all, as long as they are there. */
export const patienceOf = (kind: Kind, gone: AbortSignal): Patience => patienceFor(kinds[kind].waitMsMax, gone)

const tooMany = 'Too many ask at once just now. Nothing is lost: send the same again.'

export const createLines = ({ breaker, clock, chance }: LinesParts): Lines => {
  let shedAt = -Infinity
  const refuseIn =
    (line: string, message = tooMany): Refuse =>
    (why, fullness) => {
      if (why === 'away') return awayIn(line, breaker.openForSeconds(), chance)
      if (why !== 'gone' && line !== 'push' && line in kinds) shedAt = clock().getTime()
      return new SentHome(line, why, message, secondsToStayAway(fullness, chance))
    }
  const linesOf = <Name extends string>(limits: Readonly<Record<Name, LineLimits>>) =>
    Object.fromEntries(
      Object.entries<LineLimits>(limits).map(([name, one]) => [name, createLine(one, refuseIn(name))]),
    ) as Record<Name, Line>

  const outer = linesOf(kinds)
  const inner = linesOf(innerLines)
  const turns = {
    device: createTurns(turnsOfDevice, refuseIn('device', deviceIsBusy)),
    organization: createTurns(turnsOfOrganization, refuseIn('organization', organizationIsBusy)),
  }
  const all: [string, Pick<Line, 'waiting' | 'underWay' | 'disperse'>][] = [
    ...Object.entries(outer),
    ...Object.entries(turns),
    ...Object.entries(inner),
  ]
  const order = Object.keys(kinds) as Kind[]
  // pushes wait further in, so how many were let in tells how it stands with them
  const pressureOf = (kind: Kind): number =>
    kind === 'push' ? outer.push.underWay() / kinds.push.atOnce : outer[kind].fullness()
  const mustBeThere = () => {
    if (!breaker.isClosed()) throw awayIn('database', breaker.openForSeconds(), chance)
  }

  return {
    mustBeThere,
    async admit(kind, patience, step) {
      mustBeThere()
      const pressure = Math.max(0, ...order.slice(order.indexOf(kind) + 1).map(pressureOf))
      if (pressure > pressureFrom) throw refuseIn(kind)('outranked', pressure)
      return await outer[kind].run(step, patience)
    },
    inner,
    turnsOfDevice: turns.device,
    turnsOfOrganization: turns.organization,
    disperse: () => {
      for (const [, line] of all) line.disperse()
    },
    isShedding: () => clock().getTime() - shedAt < shedRecentlySeconds * 1000,
    lengths: () => all.map(([line, { waiting, underWay }]) => ({ line, waiting: waiting(), underWay: underWay() })),
  }
}

const deviceIsBusy = 'This device has too many requests under way. Nothing was written; try again.'
const organizationIsBusy = 'Too many devices of this organization send at once. Nothing was written; try again.'
