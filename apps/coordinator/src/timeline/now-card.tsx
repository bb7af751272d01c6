// What is now, legible at arm's length: its time, its place, how much of it is left, and the two things one does with it.
import { PendingMark } from '../frame/pending-mark.tsx'
import { minutesBetween, minutesInWords, timeOf } from '../clock/venue-time.ts'
import { endOf } from './arrange-day.ts'
import { type StandingItem } from './as-it-stands.ts'
import { MovedMark } from './moved-mark.tsx'
import { type Tick } from './use-tick.ts'

type Props = {
  item: StandingItem
  now: string
  zone: string
  owner: string | null
  onOpen: (item: StandingItem) => void
  onTick?: Tick | undefined
  mayMove: boolean
}

export const NowCard = ({ item, now, zone, owner, onOpen, onTick, mayMove }: Props) => {
  const end = endOf(item)
  const start = item.starts ?? ''
  const leftMin = minutesBetween(now, end, zone)
  const allMin = minutesBetween(start, end, zone)
  return (
    <article className="now" aria-label={`Now: ${item.title}`}>
      <div className="now__head">
        <time className="now__time" dateTime={start}>
          {timeOf(start)}
        </time>
        <h3 className="now__title">{item.title}</h3>
      </div>
      <p className="now__meta">
        {['until ' + timeOf(end), item.location, owner].filter(Boolean).join(' · ')} <MovedMark item={item} />{' '}
        <PendingMark pending={item.pending} />
      </p>
      {(item.cue ?? item.internal_note ?? item.public_note) && (
        <p className="now__note">{item.cue ?? item.internal_note ?? item.public_note}</p>
      )}
      <div className="now__course">
        <progress
          aria-label={`How far ${item.title} is`}
          max={Math.max(allMin, 1)}
          value={Math.min(Math.max(allMin - leftMin, 0), allMin)}
        />
        {leftMin >= 0 ? `${minutesInWords(leftMin)} left` : `${minutesInWords(-leftMin)} over`}
      </div>
      <div className="now__does">
        {onTick && (
          <button className="button button--main" type="button" onClick={() => void onTick(item)}>
            Done<span className="unseen">: {item.title}</span>
          </button>
        )}
        <button className="button" type="button" onClick={() => onOpen(item)}>
          {mayMove ? 'Change' : 'Look'}
          <span className="unseen">: {item.title}</span>
        </button>
      </div>
    </article>
  )
}
