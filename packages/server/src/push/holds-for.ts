// Takes a record as it stands and who changes it; answers what of it waits for somebody in charge: what the freeze of its wedding's plan
// holds at this moment, by the server's clock, and what needs somebody's word at any time.  Keeps P4.
import { freezeAt, holdsOf, type Collection, type Freeze, type Holds } from '@wedsync/merge'
import type { State } from './batch-state.ts'
import { keyOf } from './key-of.ts'
import type { StoredRow } from './opened-batch.ts'

export const holdsFor = (row: StoredRow, collection: Collection, state: State): Holds =>
  holdsOf({
    ...{ collection, record: row.fields ?? {}, author: authorityOf(row.scope, state) },
    freeze: freezeOf(row.scope, state),
  })

/** The caller's role in a wedding: whoever leads it is its lead; an owner is one everywhere. */
export const authorityOf = (scope: string | null, { opened }: Pick<State, 'opened'>): string =>
  scope !== null && opened.role !== 'owner' && opened.leads.includes(scope) ? 'lead' : opened.role

const freezeOf = (scope: string | null, { opened, collections, table, at }: State): Freeze | null => {
  const weddings = [...collections.values()].find(({ isScope }) => isScope)
  if (scope === null || !weddings?.freezes) return null
  // an earlier change of the batch may have frozen it
  const here = table.get(keyOf({ table: weddings.name, id: scope }))?.fields
  return freezeAt(weddings.freezes.told({ ...opened.freezes[scope], ...here }), Date.parse(at))
}
