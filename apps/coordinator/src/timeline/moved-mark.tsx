// Says of an item what the day made of it: the time it had, that it is shorter, that its fixed time is run into. Nothing is said of what
// takes place as planned.
import { timeOf } from '../clock/venue-time.ts'
import { Mark } from '../frame/mark.tsx'
import { isMoved, type StandingItem } from './as-it-stands.ts'

/** `isPast`: its time is over, and what would have run into it is no news. */
export const MovedMark = ({ item, isPast = false }: { item: StandingItem; isPast?: boolean }) => (
  <>
    {item.overrun && !isPast && (
      <span className="tone tone--lot">
        <Mark shape="peak" /> {item.anchor === 'hard' ? 'fixed time' : 'locked'}; {item.overrun}
      </span>
    )}
    {isMoved(item) && item.planned_start && (
      <span className="row__was">
        <Mark shape="clock" /> was {timeOf(item.planned_start)}
      </span>
    )}
    {item.shorterMin > 0 && <span className="row__was">{item.shorterMin} min shorter</span>}
    {item.oddHour && (
      <span className="tone tone--little">
        <Mark shape="full" />{' '}
        {item.oddHour === 'twice' ? 'the clock shows this hour twice' : 'the clock leaves this hour out'}
      </span>
    )}
  </>
)
