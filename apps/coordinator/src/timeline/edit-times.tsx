// When an item starts and how long it takes. Plain fields, and the few minutes one adds most often as buttons.
import { addMinutes, timeOf } from '../clock/venue-time.ts'
import { durationOf, startOf, type Draft } from './patch-of-draft.ts'
import { type TimelineRecord } from './timeline-record.ts'

type Props = {
  item: TimelineRecord
  seen: TimelineRecord
  draft: Draft
  /** What would move with it. */
  foretold: readonly string[]
  onDraft: (draft: Draft) => void
}

export const EditTimes = ({ item, seen, draft, foretold, onDraft }: Props) => {
  const start = startOf(item, draft)
  const minutes = durationOf(item, draft)
  if (start === null) return <p className="field__hint">This item has no time yet; the planner gives it one.</p>

  const moveBy = (by: number): void => {
    const { time: _typed, ...rest } = draft
    onDraft({ ...rest, start: addMinutes(start, by) })
  }
  const isMoved = start !== item.planned_start
  const movedMeanwhile = item.planned_start !== seen.planned_start && item.planned_start !== null
  return (
    <div className="times">
      <label className="field">
        <span className="field__label">Starts</span>
        <input
          type="time"
          required
          value={draft.time ?? timeOf(start)}
          onChange={(event) => onDraft({ ...draft, time: event.target.value })}
        />
      </label>
      <label className="field">
        <span className="field__label">Takes, in minutes</span>
        <input
          type="number"
          inputMode="numeric"
          min={0}
          max={2880}
          step={5}
          value={draft.duration ?? String(item.duration_min)}
          onChange={(event) => onDraft({ ...draft, duration: event.target.value })}
        />
      </label>
      <div className="nudges ends" role="group" aria-label="Move the start">
        {[-5, 5, 10, 15, 30].map((by) => (
          <button
            key={by}
            type="button"
            onClick={() => moveBy(by)}
            aria-label={`${Math.abs(by)} minutes ${by < 0 ? 'earlier' : 'later'}`}
          >
            {by < 0 ? `−${-by}` : `+${by}`}
          </button>
        ))}
      </div>
      <p className="ends" role="status">
        Ends at {timeOf(addMinutes(start, minutes))}
        {isMoved && item.planned_start ? ` · was ${timeOf(item.planned_start)}` : ''}
        {item.anchor === 'hard' ? ' · a fixed time: tell the others before you move it' : ''}
        {movedMeanwhile ? ` · somebody moved it to ${timeOf(item.planned_start!)} meanwhile` : ''}
        {foretold.map((sentence) => (
          <span className="ends__then" key={sentence}>
            {sentence}
          </span>
        ))}
      </p>
    </div>
  )
}
