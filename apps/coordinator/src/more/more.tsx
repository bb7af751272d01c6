// The rest: who is signed in, trying out a day without a signal, when everything was last shared, and the way out.
import { useRecords, useSyncEngine, useSyncStatus } from '@wedsync/client/react'
import { useState } from 'react'
import { timeOf, wallTimeAt } from '../clock/venue-time.ts'
import { ToDecideRow } from '../conflicts/to-decide-row.tsx'
import { OnwardIcon } from '../frame/icons.tsx'
import { linkToList } from '../frame/use-route.ts'
import { roleInWords, type Person } from '../sign-in/signed-in-person.ts'
import { SignOutSheet } from '../sign-in/sign-out-sheet.tsx'
import { Masthead } from '../frame/masthead.tsx'
import { type Wedding } from '../weddings/wedding-record.ts'

export const More = ({ wedding, person }: { wedding: Wedding; person: Person }) => {
  const { engine } = useSyncEngine()
  const { isPaused, lastSyncedAt } = useSyncStatus()
  const [isLeaving, setLeaving] = useState(false)
  const lastShared = lastSyncedAt && timeOf(wallTimeAt(lastSyncedAt.getTime(), wedding.time_zone))
  return (
    <>
      <Masthead wedding={wedding} title="More">
        {person.name} · {roleInWords(person.role)}
      </Masthead>
      <label className="switch-row">
        <span>
          Signal
          <small>
            {isPaused ? 'Switched off, to try out a day without' : 'Switch it off to try out a day without'}
          </small>
        </span>
        <input
          type="checkbox"
          role="switch"
          checked={!isPaused}
          onChange={() => (isPaused ? engine.resume() : engine.pause())}
        />
      </label>
      <div className="plain-row">
        <span>
          Last shared
          <small>{lastShared ? `${lastShared}, the venue’s time` : 'not yet from this phone'}</small>
        </span>
        <button className="button" type="button" disabled={isPaused} onClick={() => void engine.syncNow()}>
          Share now
        </button>
      </div>
      <ToDecideRow weddingId={wedding.id} />
      <WeddingRow wedding={wedding} />
      <button className="plain-row" type="button" onClick={() => setLeaving(true)}>
        <span>
          Sign out
          <small>What is saved on this phone stays here</small>
        </span>
        <OnwardIcon />
      </button>
      {isLeaving && <SignOutSheet person={person} onClose={() => setLeaving(false)} />}
    </>
  )
}

const WeddingRow = ({ wedding }: { wedding: Wedding }) => {
  const hasOthers = useRecords({ table: 'clients' }).length > 1
  const says = (
    <span>
      {wedding.names}
      <small>{[wedding.venue_name, wedding.venue_address].filter(Boolean).join(', ')}</small>
    </span>
  )
  if (!hasOthers) return <div className="plain-row">{says}</div>
  return (
    <a className="plain-row" href={linkToList}>
      {says}
      <span className="field__hint">All weddings</span>
      <OnwardIcon />
    </a>
  )
}
