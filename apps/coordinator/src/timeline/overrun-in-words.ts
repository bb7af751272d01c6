// An item that keeps its time while another runs into it, in words: "Portraits will run 20 min into it".
import { type CascadeDependency, type CascadeWarning, type Projection } from '@wedsync/wedding'
import { minutesInWords, timeOf } from '../clock/venue-time.ts'

export type Overrun = Extract<CascadeWarning, { kind: 'overrun' }>

type Overtaken = { title: string; starts: string | null; anchor?: 'soft' | 'hard'; overrun: string | null }

/** Of items that wait for one another the circle is told; only what is fixed or locked is overrun. */
export const isFixedShort = ({ keeps }: Overrun): boolean => keeps !== 'cycle'

export const overrunInWords = (
  { item, by, dependency, minutes }: Overrun,
  times: Projection['times'],
  dependencies: readonly CascadeDependency[],
  titleOf: (id: string) => string,
): string => {
  const link = dependencies.find(({ id }) => id === dependency)
  const runsInto =
    link?.type === 'FS' && !link.lag_min && link.from_id === by && times.get(by)!.start < times.get(item)!.end
  return runsInto
    ? `${titleOf(by)} will run ${minutesInWords(minutes)} into it`
    : `that is ${minutesInWords(minutes)} too early after ${titleOf(by)}`
}

/** "Ceremony is fixed at 15:00; Portraits will run 20 min into it." */
export const warningInWords = ({ title, starts, anchor, overrun }: Overtaken): string =>
  `${title} is ${anchor === 'hard' ? 'fixed' : 'locked'} at ${timeOf(starts ?? '')}; ${overrun}.`
