// One line of the run sheet: when, what, where, and a tick under the thumb.
import { timeOf } from '../clock/venue-time.ts'
import { Mark } from '../frame/mark.tsx'
import { PendingMark } from '../frame/pending-mark.tsx'
import { endOf } from './arrange-day.ts'
import { TickBox } from './tick-box.tsx'
import { isClosed, type TimelineRecord } from './timeline-record.ts'
import { type Tick } from './use-tick.ts'

type Props = {
  item: TimelineRecord
  owner: string | null
  isPast?: boolean
  onOpen: (item: TimelineRecord) => void
  onTick?: Tick | undefined
}

export const ItemRow = ({ item, owner, isPast = false, onOpen, onTick }: Props) => (
  <li className={`row ${isClosed(item) ? 'row--closed' : ''}`}>
    <button className="row__open" type="button" onClick={() => onOpen(item)}>
      <span className="row__time">
        {item.planned_start === null ? (
          <span>
            –<span className="unseen">no time yet</span>
          </span>
        ) : (
          <time dateTime={item.planned_start}>{timeOf(item.planned_start)}</time>
        )}
      </span>
      <span>
        <span className="row__title">{item.title}</span>
        <span className="row__meta">
          {item.anchor === 'hard' && (
            <span className="row__fixed">
              <Mark shape="open" /> fixed time
            </span>
          )}
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
