// What people wrote down, newest first, and a place to write the next one.
import { useRecords, useSyncStatus } from '@wedsync/client/react'
import { note } from '@wedsync/wedding'
import { timeOf, wallTimeAt } from '../clock/venue-time.ts'
import { mayAdd } from '../rights/may-change.ts'
import { PendingMark } from '../frame/pending-mark.tsx'
import { type Person } from '../sign-in/signed-in-person.ts'
import { Masthead } from '../frame/masthead.tsx'
import { type Wedding } from '../weddings/wedding-record.ts'
import { AddNote } from './add-note.tsx'
import {
  kindInWords,
  newestFirst,
  readersInWords,
  writtenAtMs,
  type NoteFields,
  type NoteRecord,
} from './note-record.ts'

export const Notes = ({ wedding, person }: { wedding: Wedding; person: Person }) => {
  const notes = useRecords<NoteFields>({ table: 'notes', scope: wedding.id, sortBy: newestFirst })
  const { isLoading } = useSyncStatus()
  const says = notes.length === 1 ? '1 note' : `${notes.length} notes`
  return (
    <>
      <Masthead wedding={wedding} title="Notes">
        {notes.length > 0 && says}
      </Masthead>
      {mayAdd(note, person.role, 'body') && (
        <AddNote weddingId={wedding.id} userId={person.id} mayTakeBack={note.deletedBy.includes(person.role)} />
      )}
      {notes.length === 0 ? (
        <p className="empty" role="status">
          {isLoading ? 'Fetching the notes…' : 'Nothing is written down yet.'}
        </p>
      ) : (
        <ul aria-label="Notes">
          {notes.map((one) => (
            <NoteRow key={one.id} note={one} zone={wedding.time_zone} />
          ))}
        </ul>
      )}
    </>
  )
}

const NoteRow = ({ note: one, zone }: { note: NoteRecord; zone: string }) => {
  const writtenAt = writtenAtMs(one.id)
  const written = writtenAt === null ? null : wallTimeAt(writtenAt, zone)
  const readBy = readersInWords(one.visibility)
  return (
    <li className="note">
      <div className="note__meta">
        {written && <time dateTime={written}>{timeOf(written)}</time>}
        <span className={`note__kind--${one.category}`}>{kindInWords(one.category)}</span>
        {one.location && <span>{one.location}</span>}
        {readBy && <span>{readBy}</span>}
        <PendingMark pending={one.pending} />
      </div>
      <p>{one.body}</p>
    </li>
  )
}
