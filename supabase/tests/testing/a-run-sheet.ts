// A company with a run sheet of six items, changes as a batch brings them, and what can be seen of both from outside.
import { createHash, randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { JsonObject } from '@wedsync/protocol'
import { aCompany, insertRows, type Company, type Person } from './a-company.ts'
import type { SentChange } from './as-sent.ts'

export type RunSheet = {
  company: Company
  planner: Person
  /** Ids, in order. */
  items: string[]
}

export const aRunSheet = async (admin: pg.Pool): Promise<RunSheet> => {
  const company = await aCompany(admin)
  const items = Array.from({ length: 6 }, () => randomUUID()).sort()
  await insertRows(admin, 'timeline_items', items.map((id) => ({ id, organization_id: company.id, client_id: company.weddings[0], title: 'Cake', kind: 'meal', duration_min: 5, anchor: 'soft', compressible: false, participant_ids: [], guest_visible: false, key_moment: false, locked: false, status: 'planned' }))) // prettier-ignore
  return { company, planner: company.people.planner, items }
}

export const sent = (id: string, data: JsonObject, more: Partial<SentChange> = {}): SentChange => ({
  ...{ changeId: randomUUID(), id, hash: createHash('sha256').update(id).digest('hex') },
  ...{ data, base: null, baseVersion: null },
  ...more,
})

export const noteOf = ({ weddings }: Company, body: string): JsonObject => ({ client_id: weddings[0], body, category: 'idea', priority: 'low', visibility: 'team', location: null }) // prettier-ignore

/** What a batch left behind, as the database's owner sees it. */
export const seenBy = (admin: pg.Pool) => ({
  versionOf: async (id: string): Promise<number> =>
    Number((await admin.query<{ position: string }>('select position from sync.records where record_id = $1 and gone is null', [id])).rows[0]!.position), // prettier-ignore
  itemIs: async (id: string): Promise<JsonObject> =>
    (await admin.query<JsonObject>('select title, location, status from timeline_items where id = $1', [id])).rows[0]!,
  ledger: async (...ids: string[]): Promise<JsonObject[]> =>
    (await admin.query<JsonObject>(`select change_id, status, sync.receipt_of(q) #>> '{processed,outcome}' as outcome, (sync.receipt_of(q) #>> '{processed,version}')::integer as version, user_id from offline_sync_queue q where change_id = any ($1)`, [ids])).rows, // prettier-ignore
  /** All that a batch could have written of a company, but for the device's own row. */
  everythingOf: async ({ id }: Company): Promise<unknown> =>
    (
      await admin.query(
        `select (select json_agg(t order by t.id) from timeline_items t where t.organization_id = $1) as items,
                (select json_agg(t order by t.id) from notes t where t.organization_id = $1) as notes,
                (select head from sync.clock where organization_id = $1) as head,
                (select count(*) from sync.history where organization_id = $1) as history,
                (select count(*) from sync.marks where organization_id = $1) as marks,
                (select count(*) from offline_sync_queue where organization_id = $1) as ledger,
                (select count(*) from sync_conflict_log where organization_id = $1) as conflicts`,
        [id],
      )
    ).rows[0],
})
