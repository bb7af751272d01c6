// Asks once before anything is decided: what will happen, and what each of them says afterwards.
import { type ShownConflict } from '@wedsync/client'
import { useRecord } from '@wedsync/client/react'
import { Sheet } from '../frame/sheet.tsx'
import { FieldValue } from '../sync-badge/field-value.tsx'
import { fieldInWords, nameOfConflict } from '../sync-badge/record-names.ts'
import { choiceInWords, lastWord, valueAfter, whatHappens, type Choice } from './choice-in-words.ts'
import { useDecide } from './use-decide.ts'

type Props = { conflicts: readonly ShownConflict[]; choice: Choice; onClose: () => void }

export const DecideSheet = ({ conflicts, choice, onClose }: Props) => {
  const decide = useDecide()
  return (
    <Sheet title={`${choiceInWords(choice, conflicts)}?`} onClose={onClose}>
      <p>{whatHappens(choice, conflicts)}</p>
      <ul className="afterwards" aria-label="What they say afterwards">
        {conflicts.map((conflict) => (
          <Afterwards key={conflict.id} conflict={conflict} choice={choice} />
        ))}
      </ul>
      <div className="sheet__foot">
        <button className="button" type="button" onClick={onClose}>
          Not now
        </button>
        <button
          className="button button--main"
          type="button"
          onClick={() => {
            onClose()
            void decide(conflicts, choice)
          }}
        >
          {lastWord(choice, conflicts.length)}
        </button>
      </div>
    </Sheet>
  )
}

const Afterwards = ({ conflict, choice }: { conflict: ShownConflict; choice: Choice }) => {
  const { fields, recordTable, recordId } = conflict
  const name = nameOfConflict(conflict, useRecord(recordTable, recordId))
  return fields.map((field) => {
    const table = field.table ?? recordTable
    return (
      <li key={`${field.id ?? ''} ${field.field}`}>
        <small>
          {name} · {fieldInWords(table, field.field)}
        </small>
        <bdi>
          <FieldValue table={table} field={field.field} value={valueAfter(field, choice)} />
        </bdi>
      </li>
    )
  })
}
