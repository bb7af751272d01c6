// One item in full: its times and its note, where this person may write them. What was typed is saved on this phone when the
// sheet is left by any way, also when the phone is put away; what was done can be taken back afterwards.
import { timelineItem } from '@wedsync/wedding'
import { useEffect, useRef, useState } from 'react'
import { timeOf } from '../clock/venue-time.ts'
import { Sheet } from '../frame/sheet.tsx'
import { useSave } from '../frame/use-save.ts'
import { mayChange } from '../rights/may-change.ts'
import { type StandingItem } from './as-it-stands.ts'
import { EditTimes } from './edit-times.tsx'
import { beforeOf, intentsOf, patchOfDraft, type Draft, type ItemPatch } from './patch-of-draft.ts'
import { type TimelineRecord } from './timeline-record.ts'
import { type Foretell } from './use-day.ts'
import { type Names } from './use-names.ts'
import { useTick } from './use-tick.ts'

type Props = { item: StandingItem; role: string; names: Names; foretell: Foretell; onClose: () => void }

export const EditItemSheet = ({ item, role, names, foretell, onClose }: Props) => {
  const [draft, setDraft] = useState<Draft>({})
  const [seen, setSeen] = useState(item)
  const save = useSave()
  const tick = useTick()
  const may = (field: string) => mayChange(timelineItem, role, field)

  const keep = (): void => {
    const patch = patchOfDraft(item, draft)
    if (Object.keys(patch).length === 0) return
    // others may have written while this was open: they are compared with what stood here then, never overwritten unseen
    const done = { says: saidOf(item, patch), before: beforeOf(item, patch) }
    void save('timeline_items', item.id, patch, done, {
      seen: beforeOf(seen, patch),
      intents: intentsOf(seen, draft, patch),
    })
    setDraft({})
    setSeen({ ...item, ...patch })
  }
  useWhenPutAway(keep)
  const leave = (): void => {
    keep()
    onClose()
  }

  const patch = patchOfDraft(item, draft)
  const isTouched = Object.keys(patch).length > 0
  const mayWriteNote = may('internal_note')
  return (
    <Sheet title={item.title} closeLabel={isTouched ? 'Save and close' : 'Close'} onClose={leave}>
      {may('planned_start') && (
        <EditTimes item={item} seen={seen} draft={draft} foretold={foretell(item.id, patch)} onDraft={setDraft} />
      )}
      {mayWriteNote && (
        <label className="field">
          <span className="field__label">Note for the team</span>
          <textarea
            value={draft.note ?? item.internal_note ?? ''}
            onChange={(event) => setDraft({ ...draft, note: event.target.value })}
          />
          {draft.note !== undefined && (item.internal_note ?? '') !== (seen.internal_note ?? '') && (
            <span className="field__hint">
              Somebody changed this meanwhile. Now it says: {item.internal_note ?? 'nothing'}
            </span>
          )}
        </label>
      )}
      <Facts item={item} names={names} isTimed={!may('planned_start')} />
      <div className="sheet__foot">
        {may('status') && (
          <button
            className="button"
            type="button"
            onClick={() => {
              leave()
              void tick(item)
            }}
          >
            {item.status === 'done' ? 'Not done yet' : 'Mark done'}
          </button>
        )}
        <button className="button button--main" type="button" onClick={leave}>
          {isTouched ? 'Save' : 'Close'}
        </button>
      </div>
    </Sheet>
  )
}

const Facts = ({ item, names, isTimed }: { item: StandingItem; names: Names; isTimed: boolean }) => {
  const facts: [string, string | null | undefined][] = [
    ['Time', isTimed && item.starts && item.ends ? `${timeOf(item.starts)} to ${timeOf(item.ends)}` : null],
    ['Place', item.location],
    ['Looks after it', names.personOf(item.owner_id)],
    ['Vendor', names.vendorOf(item.vendor_id)],
    ['Cue', item.cue],
    ['For everyone', item.public_note],
  ]
  const known = facts.filter(([, value]) => value)
  if (known.length === 0) return null
  return (
    <dl className="facts">
      {known.map(([label, value]) => (
        <div className="facts__one" key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const saidOf = ({ title }: TimelineRecord, { planned_start, duration_min }: ItemPatch): string => {
  if (planned_start !== undefined) return `Now at ${timeOf(planned_start)} · ${title}`
  return duration_min === undefined ? `Note saved · ${title}` : `Now ${duration_min} min · ${title}`
}

// a phone that is put in a pocket may not come back to this page: what was typed is kept first
const useWhenPutAway = (keep: () => void): void => {
  const latest = useRef(keep)
  useEffect(() => {
    latest.current = keep
  })
  useEffect(() => {
    const onHide = () => {
      if (document.visibilityState === 'hidden') latest.current()
    }
    const onLeave = () => latest.current()
    document.addEventListener('visibilitychange', onHide)
    addEventListener('pagehide', onLeave)
    return () => {
      document.removeEventListener('visibilitychange', onHide)
      removeEventListener('pagehide', onLeave)
    }
  }, [])
}
