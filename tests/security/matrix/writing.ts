// Nobody writes a row or a field that is not theirs, whatever they send, and no answer to what they tried tells more than they may
// read: every person × table × action × field × target, drawn by a seed here and all of them in the long stage; with both
// walls, and with each of the two alone.  Shows P7.
import { describe, expect, test } from 'vitest'
import type { TriedWorld } from './a-tried-world.ts'
import { databaseAllowsAll, engineWritesAll, withPatches, type Patch } from './walls.ts'
import { writeMatrix } from './write-matrix.ts'

export const tryWriting = ({ database, world, past }: TriedWorld): void => {
  const { crew } = world.own
  const [seed, share] = [Number(process.env['MATRIX_SEED'] ?? 20_261_124), 0.2]

  const tried = async (walls: string, patches: readonly Patch[]) => {
    const found = await withPatches(database.admin, patches, () => writeMatrix(world, past, { seed, share }))
    console.info(`matrix, writing, ${walls}: ${found.cells} cells, seed ${seed}`)
    return found
  }

  test('[P7] whatever anybody sends, what is theirs is written, what is not is refused as declared, and nothing is told', async () => {
    const { leaks, faults, cells } = await tried('both walls', [])
    expect({ leaks, faults }).toEqual({ leaks: [], faults: [] })
    expect(cells).toBeGreaterThan(500)
  })

  test('[P7] with the engine allowing everything, policies and column rights alone write nothing that is not theirs', async () => {
    // what it answers then is another matter: it took everything for allowed
    expect((await tried('the database alone', engineWritesAll)).leaks).toEqual([])
  })

  test('[P7] with no policy on any table and every column granted, the engine alone refuses as declared', async () => {
    const { leaks, faults } = await tried('the engine alone', databaseAllowsAll)
    expect({ leaks, faults }).toEqual({ leaks: [], faults: [] })
  })

  describe('the eye catches', () => {
    const rls = (table: string) => ({ sql: `alter table ${table} disable row level security`, back: `alter table ${table} enable row level security` }) // prettier-ignore
    // prettier-ignore
    test.each<[string, keyof typeof crew, string, Patch[]]>([
    ['a table without policies while the engine sleeps', 'planner', 'tasks', [...engineWritesAll, rls('tasks')]],
    ['a policy that forgets the wedding, while the engine does too', 'assistant', 'notes', [...engineWritesAll, { sql: 'create policy slip on notes for update to app_assistant using (true) with check (true); create policy slop on notes for select to app_assistant using (true)', back: 'drop policy slip on notes; drop policy slop on notes' }]],
    ['a column too many to write, while the engine takes it for open', 'venue', 'timeline_items', [...engineWritesAll, { sql: 'grant update on timeline_items to app_venue', back: 'revoke update on timeline_items from app_venue; select sync.grant_rights()' }]],
    ['whole records made in weddings that are not theirs', 'planner', 'notes', [...databaseAllowsAll, { of: 'sync.prepare_group', from: 'is not true)', to: 'is not true and false)' }]],
    ['fields of a create taken for fields of a change', 'vendor', 'notes', [...databaseAllowsAll, { of: 'sync.open_batch', from: "'changes', to_jsonb(rt.changes)", to: "'changes', to_jsonb(rt.writes)" }]],
    ['records out of sight taken for visible', 'planner', 'tasks', [...databaseAllowsAll, { of: 'sync.stored_tasks', from: "'isVisible', v.sees and r.scope_id = any (v_scopes)", to: "'isVisible', true" }]],
    ['what stands of records out of sight, beside an edit that is contested', 'planner', 'payments', [{ of: 'sync.stored_payments', from: 'and r.scope_id = any (v_scopes) and v.sees then', to: 'then' }, { of: 'sync.stored_payments', from: "'isVisible', v.sees and r.scope_id = any (v_scopes)", to: "'isVisible', true" }]],
    ['the other side of what somebody may not read any more', 'venue', 'timeline_items', [{ of: 'sync.open_conflicts', from: 'sync.fields_in_place(f)', to: 'f.fields' }]],
    ['anybody’s decision', 'couple', 'tasks', [{ of: 'sync.may_decide', from: 'bool_and(f.may_read and f.sees and f.decides)', to: 'bool_and(true)' }]],
  ])('%s', async (_, role, table, patches) => {
    const found = await withPatches(database.admin, patches, () =>
      writeMatrix(world, past, { seed, share: 1, people: [crew[role]], tables: [table], isAlone: true }),
    )
    const isEngineAsleep = patches.some((patch) => engineWritesAll.includes(patch))
    expect([...found.leaks, ...(isEngineAsleep ? [] : found.faults)].length).toBeGreaterThan(0)
  })
  })
}
