// Behind the badge: what needs a person, what is still only on this phone, and when everything was last shared.
import { conflictsTable } from '@wedsync/client'
import { useConflicts, useRecords, useSyncStatus } from '@wedsync/client/react'
import { timeOf, wallTimeAt } from '../clock/venue-time.ts'
import { FailedDecision } from '../conflicts/failed-decision.tsx'
import { ToDecideRow } from '../conflicts/to-decide-row.tsx'
import { PendingMark } from '../frame/pending-mark.tsx'
import { Sheet } from '../frame/sheet.tsx'
import { type Wedding } from '../weddings/wedding-record.ts'
import { NeedsYouCard } from './needs-you-card.tsx'
import { troubleInWords } from './network-in-words.ts'
import { nameOf } from './record-names.ts'

export const WaitingSheet = ({ wedding, onClose }: { wedding: Wedding; onClose: () => void }) => {
  const status = useSyncStatus()
  const { word, waiting, kept, needsYou, lastSyncedAt } = status
  const trouble = troubleInWords(status)
  return (
    <Sheet title={word} onClose={onClose}>
      {trouble && <p className="notice">{trouble}</p>}
      <p>{explain(waiting, kept, needsYou.length)}</p>
      {needsYou.length > 0 && (
        <div className="stack">
          {needsYou.map((one) =>
            one.table === conflictsTable ? (
              <FailedDecision key={one.changeId} needs={one} />
            ) : (
              <NeedsYouCard key={one.changeId} needs={one} />
            ),
          )}
        </div>
      )}
      <ToDecideRow weddingId={wedding.id} onFollow={onClose} />
      {waiting + kept > 0 && <WaitingList weddingId={wedding.id} />}
      <p className="field__hint">
        {lastSyncedAt
          ? `Last shared at ${timeOf(wallTimeAt(lastSyncedAt.getTime(), wedding.time_zone))}, the venue’s time.`
          : 'Nothing was shared from this phone yet.'}
      </p>
    </Sheet>
  )
}

const explain = (waiting: number, kept: number, needing: number): string => {
  if (needing > 0)
    return 'Your work is safe on this phone. Somebody else changed the same thing, somebody else decides about it, or it could not be taken as it is.'
  if (waiting === 0 && kept > 0)
    return `${kept === 1 ? 'One change has' : `${kept} changes have`} arrived, and wait for something that is still on another phone. They go in by themselves.`
  if (waiting === 0) return 'Everyone sees what you wrote.'
  const changes = waiting === 1 ? 'One change is' : `${waiting} changes are`
  return `${changes} safe on this phone, and will be shared as soon as there is a signal.`
}

const WaitingList = ({ weddingId }: { weddingId: string }) => {
  const items = useRecords({ table: 'timeline_items', scope: weddingId })
  const vendors = useRecords({ table: 'vendor_contacts', scope: weddingId })
  const notes = useRecords({ table: 'notes', scope: weddingId })
  const waiting = [...items, ...vendors, ...notes].filter(({ pending }) => pending === 'waiting')
  const decided = useConflicts(weddingId).filter(({ pending }) => pending === 'waiting').length
  if (waiting.length + decided === 0) return null
  return (
    <ul aria-label="Only on this phone yet">
      {waiting.map((record) => (
        <li className="plain-row" key={record.id}>
          <span>{nameOf(record)}</span>
          <PendingMark pending={record.pending} />
        </li>
      ))}
      {decided > 0 && (
        <li className="plain-row">
          <span>{decided === 1 ? 'One decision' : `${decided} decisions`}</span>
          <PendingMark pending="waiting" />
        </li>
      )}
    </ul>
  )
}
