// One thing that waits for this person: what it was, what stands, what somebody else wrote, what is proposed, and why it waits.
import { type ShownConflict } from '@wedsync/client'
import { useRecord } from '@wedsync/client/react'
import { Mark } from '../frame/mark.tsx'
import { ValueLine } from '../frame/value-line.tsx'
import { type Person } from '../sign-in/signed-in-person.ts'
import { FieldValue } from '../sync-badge/field-value.tsx'
import { fieldInWords, nameOfConflict } from '../sync-badge/record-names.ts'
import { choiceInShort, offersFor, type Choice } from './choice-in-words.ts'

type Props = {
  conflict: ShownConflict
  person: Person
  onChoose: (conflicts: readonly ShownConflict[], choice: Choice) => void
}

export const ConflictCard = ({ conflict, person, onChoose }: Props) => {
  const { fields, recordTable, severity, pending } = conflict
  const record = useRecord(recordTable, conflict.recordId)
  const name = nameOfConflict(conflict, record)
  const called = ({ table = recordTable, field }: Field) => fieldInWords(table, field)
  return (
    <li className="waits" aria-label={name}>
      <div className="waits__head">
        <h2>
          {name}
          {fields.length === 1 && ` · ${called(fields[0]!)}`}
        </h2>
        <span className={`weight weight--${severity}`}>{severity}</span>
      </div>
      {fields.map((field, nth) => (
        <div key={`${field.id ?? ''} ${field.field}`}>
          <dl aria-label={called(field)}>
            {fields.length > 1 && <ValueLine says="what" value={called(field)} />}
            <Sides field={field} conflict={conflict} person={person} />
          </dl>
          {/* said once, after the last of those it is said of */}
          {fields[nth + 1]?.reason !== field.reason && <p className="waits__because">{field.reason}</p>}
        </div>
      ))}
      {pending === 'waiting' ? (
        <p className="tone tone--little">
          <Mark shape="dot" /> decided, saved here
        </p>
      ) : (
        <>
          {pending === 'needs-you' && (
            <p className="tone tone--lot">
              <Mark shape="peak" /> It changed while your decision was on its way. Look again.
            </p>
          )}
          <div className="waits__choices" role="group" aria-label={`What stands in the end: ${name}`}>
            {offersFor(conflict).map((choice) => (
              <button
                className="button"
                type="button"
                key={choice}
                aria-haspopup="dialog"
                onClick={() => onChoose([conflict], choice)}
              >
                {choiceInShort(choice, conflict)}
              </button>
            ))}
          </div>
        </>
      )}
    </li>
  )
}

type Field = ShownConflict['fields'][number]
type SidesProps = { field: Field; conflict: ShownConflict; person: Person }

// somebody who wants it gone gives no value
const Sides = ({ field, conflict: { clientBy, isOwn, recordTable }, person }: SidesProps) => {
  const { table = recordTable, base, server, serverBy, client, proposed } = field
  const words = (value: unknown) => <FieldValue table={table} field={field.field} value={value} />
  const by = nameFor(serverBy, person)
  return (
    <>
      {base !== undefined && <ValueLine says="was" value={words(base)} />}
      <ValueLine
        says="stands"
        value={
          <>
            {words(server)}
            {by !== null && ` (${by})`}
          </>
        }
        isStrong
      />
      <ValueLine
        says={isOwn ? 'yours' : (clientBy.name ?? 'theirs')}
        value={client === undefined ? 'wants it gone' : words(client)}
        isStrong
      />
      {proposed !== undefined && <ValueLine says="proposed" value={words(proposed)} />}
    </>
  )
}

const nameFor = (by: Field['serverBy'], { id }: Person): string | null =>
  by?.userId === id ? 'you' : (by?.name ?? null)
