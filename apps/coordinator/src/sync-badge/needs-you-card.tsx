// One thing that waits for a person, with both versions in plain words. Deciding comes later; until then it says who will.
import { type NeedsYou } from '@wedsync/client'
import { useRecord, useSyncEngine } from '@wedsync/client/react'
import { fieldInWords, nameOf, valueInWords } from './record-names.ts'

export const NeedsYouCard = ({ needs }: { needs: NeedsYou }) => {
  const record = useRecord(needs.table, needs.id)
  const { engine } = useSyncEngine()
  const fields = needs.fields ?? Object.keys(needs.data)
  return (
    <article className="waits">
      <h3>{record ? nameOf(record) : nameOf(needs.data)}</h3>
      <dl>
        {fields.map((field) => (
          <div key={field}>
            <dt>{fieldInWords(needs.table, field)}</dt>
            <dd>
              yours <bdi>{valueInWords(needs.data[field])}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <p className="waits__because">{needs.message}</p>
      {needs.kind === 'conflict' ? (
        <p className="tone tone--lot">▲ Waits for the planner. Yours is kept.</p>
      ) : (
        <button className="button" type="button" onClick={() => void engine.dismiss(needs.changeId)}>
          Let mine go
        </button>
      )}
    </article>
  )
}
