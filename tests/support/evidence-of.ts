// What the database knows of a change that is not as promised: everything about its record, in order, to be read by whoever looks for
// the reason. A run of real time is not repeated by its seed alone.
import type { Sql, Told } from './account-of.ts'

const bytesMax = 20_000
const problemsMax = 5

/** Of the first few things that are not as promised. */
export const printEvidence = async (sql: Sql, { problems }: Told): Promise<void> => {
  for (const says of Object.values(problems).flat().slice(0, problemsMax))
    console.log(`${says}\n${await evidenceOf(sql, says.slice(0, 36))}`)
}

const evidenceOf = async (sql: Sql, changeId: string): Promise<string> => {
  const rows = await sql<{ what: string; row: string }>(
    `with about as (
       select distinct record_id from sync.history where change_id = $1
       union select record_id from public.offline_sync_queue where change_id = $1)
     select 'ledger' as what, (to_jsonb(q) - 'payload_hash')::text as row, q.received_at as at
       from public.offline_sync_queue q
      where record_id in (select record_id from about) or change_id = $1
     union all select 'history', to_jsonb(h)::text, h.at from sync.history h where record_id in (select record_id from about)
     union all select 'conflict', to_jsonb(e.kept)::text, (e.kept).detected_at from evidence.conflicts e
      where (e.kept).record_id in (select record_id from about) or (e.kept).decision_id = $1
     order by at`,
    [changeId],
  )
  return rows
    .map(({ what, row }) => `  ${what} ${row}`)
    .join('\n')
    .slice(0, bytesMax)
}
