// Nobody reads a row or a field that is not theirs, whatever they ask of whichever route: every route × every role, a stranger
// and somebody who left × their own wedding, another one, one of another company and none; with both walls, and with
// each of the two alone.  Shows P7.
import { describe, expect, test } from 'vitest'
import { weddingsOf } from './a-matrix-world.ts'
import type { TriedWorld } from './a-tried-world.ts'
import { readMatrix, routeNames, type Findings } from './read-matrix.ts'
import { databaseAllowsAll, engineNamesAll, engineReadsAll, withPatches, type Patch } from './walls.ts'

export const tryReading = ({ database, world, past }: TriedWorld): void => {
  const { crew } = world.own
  const patched = (patches: readonly Patch[], only: Parameters<typeof readMatrix>[2]) =>
    withPatches(database.admin, patches, () => readMatrix(world, past, only))
  const counted = (walls: string, { cells }: Findings) => {
    console.info(`matrix, reading, ${walls}: ${cells} cells`)
  }

  // an engine that takes every scope for everybody's tells their ids: of no row of them
  const everyScope = weddingsOf(world).flatMap(({ id, organization }) => [id, organization])
  // where rows are read as the caller's role; the other routes read through a definer function, whose filter is the only wall
  const byRow = [
    'POST /api/offline/sync',
    'GET /api/offline/sync',
    'GET /api/offline/stream',
    'GET /api/offline/verify',
  ]

  test('[P7] whatever anybody asks of any route, nothing comes back that they may not read, and what they may read does', async () => {
    const found = await readMatrix(world, past)
    counted('both walls', found)
    expect(found.leaks).toEqual([])
    expect(found.faults).toEqual([])
    expect(found.cells).toBeGreaterThan(2000)
  })

  test('[P7] with the engine letting everything through, policies and column rights alone leak nothing', async () => {
    const rows = await patched(engineReadsAll, { routes: byRow, told: everyScope })
    const columns = await patched([...engineReadsAll, ...engineNamesAll], {
      routes: byRow.slice(1, 2),
      told: everyScope,
    })
    counted('the database alone', { ...rows, cells: rows.cells + columns.cells })
    expect([...rows.leaks, ...columns.leaks]).toEqual([])
  })

  test('[P7] with no policy on any table and every column granted, the engine alone leaks nothing', async () => {
    const found = await patched(databaseAllowsAll, { routes: byRow })
    counted('the engine alone', found)
    expect(found.leaks).toEqual([])
    expect(found.faults).toEqual([])
  })

  test('every route has its probe, and every probe its route', async () => {
    const { probes } = await import('./probes.ts')
    expect(Object.keys(probes).sort()).toEqual([...routeNames].sort())
  })

  // Each puts a leak into the test's own database and takes it back; an eye that misses one is no eye.
  describe('the eye catches', () => {
    const sync = ['GET /api/offline/sync']
    const conflicts = ['GET /api/offline/conflicts']
    const history = ['GET /api/offline/history/{table}/{id}']
    const rls = (table: string) => ({ sql: `alter table ${table} disable row level security`, back: `alter table ${table} enable row level security` }) // prettier-ignore
    // prettier-ignore
    test.each<[string, keyof typeof crew, string[], Patch[]]>([
    ['a policy that is gone while the engine sleeps', 'venue', sync, [...engineReadsAll, rls('notes')]],
    ['a policy that forgets the audience, while the engine does too', 'couple', sync, [...engineReadsAll, { sql: 'create policy slip on timeline_items for select to app_couple using (client_id = any (sync.caller_scopes()))', back: 'drop policy slip on timeline_items' }]],
    ['a policy that forgets the wedding, while the engine does too', 'planner', sync, [...engineReadsAll, { sql: 'create policy slip on tasks for select to app_planner using (true)', back: 'drop policy slip on tasks' }]],
    ['a column too many for a role that the engine names too', 'viewer', sync, [{ sql: `grant select (internal_note) on timeline_items to app_viewer; update sync.role_tables set row_query = replace(row_query, 'select ', 'select t.internal_note, ') where role = 'viewer' and table_name = 'timeline_items'`, back: 'revoke select on timeline_items from app_viewer; select sync.grant_rights()' }]],
    ['a record told as gone to somebody who never saw it', 'couple', sync, [{ of: 'sync.find_news', from: 'case when not see.sees then seen.held', to: 'case when not see.sees then true' }, { of: 'sync.read_rows', from: 'or (p.news).held', to: 'or true' }]],
    ['a conflict with all its keys', 'venue', conflicts, [{ of: 'sync.conflicts_told', from: 'case when not f.may_read then null', to: 'case when false then null' }]],
    ['a conflict of a record that its author lost from sight', 'vendor', conflicts, [{ of: 'sync.sees_record', from: 'l.lost = r.position and', to: '' }]],
    ['conflicts that are everybody’s', 'couple', conflicts, [{ of: 'sync.conflicts_told', from: "and (l.user_id = v_user or sync.caller_role() in ('owner', 'planner', 'assistant'))", to: '' }, { of: 'sync.conflicts_in_sight', from: "(($1).role in ('owner', 'planner', 'assistant') or l.user_id = ($1).user_id)", to: '($1).user_id is not null' }]],
    ['a note of whoever decided, and the account behind it', 'couple', ['GET /api/offline/conflicts/{id}'], [{ of: 'sync.side_in_words', from: "and sync.sees_record('memberships', m.id)", to: '' }]],
    ['history with every key', 'vendor', history, [{ of: 'sync.read_history', from: 'where k.field = any (v_fields)', to: 'where true' }]],
    ['history from before somebody saw it', 'viewer', history, [{ of: 'sync.read_history', from: 'and h.position >= s.since', to: '' }]],
    ['what stood there before somebody saw it, beside a conflict', 'vendor', ['GET /api/offline/conflicts/{id}'], [{ of: 'sync.history_of', from: 'case when h.position > coalesce(v_from, 0) then sync.readable_keys(p_table, h.before) end', to: 'sync.readable_keys(p_table, h.before)' }]],
    ['names of people whom somebody does not know', 'viewer', history, [{ of: 'sync.known_person', from: 'and sync.audience_of_people(p) && sync.caller_audiences()', to: '' }]],
    ['a receipt that outlived the rights it was written under', 'venue', ['POST /api/offline/sync'], [{ of: 'sync.told_conflict', from: 'and r.can_read', to: '' }, { of: 'sync.told_conflict', from: 'and r.role = sync.caller_role()', to: '' }]],
    ['somebody else’s receipt for whoever repeats their change', 'viewer', ['POST /api/offline/sync'], [{ of: 'sync.find_known', from: 'case when k.user_id = v_user', to: 'case when true' }]],
    ['somebody else’s late receipts for whoever names their device', 'assistant', ['POST /api/offline/sync'], [{ of: 'sync.late_receipts', from: 'and q.user_id = sync.caller_user()', to: '' }]],
    ['the status of somebody else', 'planner', ['GET /api/offline/status/{userId}'], [{ of: 'public.get_user_sync_status', from: "c.role = 'owner'", to: "c.role in ('owner', 'planner')" }]],
    ['a digest of rows out of sight', 'viewer', ['GET /api/offline/verify'], [rls('timeline_items'), { of: 'sync.ids_in_sight', from: '%s && $3', to: '(%s && $3 or true)' }]],
    ['a failed change that anybody may try again', 'viewer', ['POST /api/offline/retry/{changeId}'], [{ of: 'sync.changes_to_handle', from: "sync.caller_role() in ('owner', 'planner')", to: 'true' }]],
  ])('%s', async (_, role, routes, patches) => {
    const found = await patched(patches, { routes, people: [crew[role]], told: everyScope })
    // where the engine sleeps, other answers are other than usual too: only a canary tells
    const isEngineAsleep = patches.some((patch) => engineReadsAll.includes(patch) || engineNamesAll.includes(patch))
    expect([...found.leaks, ...(isEngineAsleep ? [] : found.faults)].length).toBeGreaterThan(0)
  })

    test('nothing, where nothing is wrong', async () => {
      for (const patches of [[], [...engineReadsAll], [...engineNamesAll]])
        expect(
          (await patched(patches, { routes: sync, people: [crew.planner, crew.vendor], told: everyScope })).leaks,
        ).toEqual([])
    })
  })
}
