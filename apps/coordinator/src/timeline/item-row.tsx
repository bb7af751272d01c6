// One line of the run sheet: when, what, where, and a tick under the thumb.
import { timeOf } from '../clock/venue-time.ts'
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
          <span aria-label="no time yet">–</span>
        ) : (
          <time dateTime={item.planned_start}>{timeOf(item.planned_start)}</time>
        )}
      </span>
      <span>
        <span className="row__title">{item.title}</span>
        <span className="row__meta">
          <Meta item={item} owner={owner} isPast={isPast} />
        </span>
      </span>
    </button>
    {onTick && <TickBox item={item} onTick={onTick} />}
  </li>
)

const Meta = ({ item, owner, isPast }: Pick<Props, 'item' | 'owner' | 'isPast'>) => (
  <>
    {item.anchor === 'hard' && <span className="mark">◇ fixed time</span>}
    {item.location && <span>{item.location}</span>}
    {owner && <span>{owner}</span>}
    {isPast && !isClosed(item) && item.planned_start && (
      <span className="row__past">until {timeOf(endOf(item))}, not ticked</span>
    )}
    {item.status === 'skipped' && <span>skipped</span>}
    <PendingMark pending={item.pending} />
  </>
)

/** Says of a record that it is only here yet. Nothing is said of what everyone has. */
export const PendingMark = ({ pending }: { pending: TimelineRecord['pending'] }) => {
  if (pending === 'none') return null
  return pending === 'waiting' ? (
    <span className="saved-here">saved on this phone</span>
  ) : (
    <span className="tone tone--lot">▲ waits for the planner</span>
  )
}
