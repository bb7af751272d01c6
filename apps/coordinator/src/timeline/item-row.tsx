// One line of the run sheet: when, what, where, and a tick under the thumb.
import { timeOf } from '../clock/venue-time.ts'
import { Mark } from '../frame/mark.tsx'
import { PendingMark } from '../frame/pending-mark.tsx'
import { endOf } from './arrange-day.ts'
import { type StandingItem } from './as-it-stands.ts'
import { MovedMark } from './moved-mark.tsx'
import { TickBox } from './tick-box.tsx'
import { isClosed } from './timeline-record.ts'
import { type Tick } from './use-tick.ts'

type Props = {
  item: StandingItem
  owner: string | null
  isPast?: boolean
  onOpen: (item: StandingItem) => void
  onTick?: Tick | undefined
}

export const ItemRow = ({ item, owner, isPast = false, onOpen, onTick }: Props) => (
  <li className={`row ${isClosed(item) ? 'row--closed' : ''}`}>
    <button className="row__open" type="button" onClick={() => onOpen(item)}>
      <span className="row__time">
        {item.starts === null ? (
          <span>
            –<span className="unseen">no time yet</span>
          </span>
        ) : (
          <time dateTime={item.starts}>{timeOf(item.starts)}</time>
        )}
      </span>
      <span>
        <span className="row__title">{item.title}</span>
        <span className="row__meta">
          {item.anchor === 'hard' && (isPast || !item.overrun) && (
            <span className="row__fixed">
              <Mark shape="open" /> fixed time
            </span>
          )}
          <MovedMark item={item} isPast={isPast} />
          <span>{[item.location, owner, item.status === 'skipped' && 'skipped'].filter(Boolean).join(' · ')}</span>
          {isPast && !isClosed(item) && (
            <span className="tone tone--little">
              <Mark shape="full" /> until {timeOf(endOf(item))}, not ticked
            </span>
          )}
          <PendingMark pending={item.pending} />
        </span>
      </span>
    </button>
    {onTick && <TickBox item={item} onTick={onTick} />}
  </li>
)
