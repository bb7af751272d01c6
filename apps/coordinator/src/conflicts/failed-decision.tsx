// A decision that could not be taken as it was: the conflict moved on, or somebody was first. Says so, and can be put away; what
// waits still is in the list.
import { type NeedsYou } from '@wedsync/client'
import { useRecord, useSyncEngine } from '@wedsync/client/react'
import { nameOf } from '../sync-badge/record-names.ts'

type OfConflict = { recordTable: string; recordId: string }

export const FailedDecision = ({ needs }: { needs: NeedsYou }) => {
  const { engine } = useSyncEngine()
  const { recordTable = '', recordId = '' } = useRecord<OfConflict>(needs.table, needs.id) ?? {}
  const record = useRecord(recordTable, recordId)
  const name = `${record ? nameOf(record) : 'An entry'} · your decision`
  return (
    <article className="waits" aria-label={name}>
      <h3>{name}</h3>
      <p className="waits__because">{needs.message}</p>
      <button className="button" type="button" onClick={() => void engine.dismiss(needs.changeId)}>
        Put it away
      </button>
    </article>
  )
}
