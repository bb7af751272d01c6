// Whatever a database role may execute, with ids of what is not theirs: nothing that comes back holds a value they may not read,
// no row of a wedding moves, nothing of anybody else's ledger, devices or conflicts does. Policies and column rights, statement
// by statement, are held against the declarations in supabase/tests/functions/grant_rights.  Shows P7.
import { roles, type Role } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { describe, expect, test } from 'vitest'
import { asPerson } from '../../../supabase/tests/testing/as-person.ts'
import { weddingsOf } from './a-matrix-world.ts'
import type { TriedWorld } from './a-tried-world.ts'
import { calls, callsOfTables, saysWhoAsks, type Bait } from './function-calls.ts'
import { readTruth } from './may-read.ts'
import { leaksIn, secretsOf } from './read-matrix.ts'
import type { Somebody } from './somebody.ts'
import { withPatches, type Patch } from './walls.ts'

export const tryFunctions = async ({ database, world, past }: TriedWorld): Promise<void> => {
  const { admin, server } = database
  const truth = await readTruth(world)
  const secrets = await secretsOf(world)

  // In the test's database only: tries a statement as whoever calls it, says what it told and what it moved, and undoes it.
  await admin.query(`
  create function public.state_of_others(p_user uuid) returns text language sql volatile security definer as $$
    select concat_ws(' ', (select count(*) from sync.history),
      (select md5(string_agg(q::text, ' ' order by q.change_id)) from offline_sync_queue q where q.user_id <> p_user),
      (select md5(string_agg(s::text, ' ' order by s.device_id, s.user_id)) from offline_sync_status s where s.user_id <> p_user),
      (select md5(string_agg(l::text, ' ' order by l.conflict_id)) from sync_conflict_log l where l.user_id <> p_user)) $$;
  create function public.tried(p_statements text[], p_user uuid, p_may_write boolean) returns text[] language plpgsql as $$
  declare
    v_answers text[] := '{}';
    v_sql  text;
    v_told text;
    v_was  text := case when p_may_write then public.state_of_others(p_user) end;
  begin
    foreach v_sql in array p_statements loop
      begin
        execute v_sql into v_told;
        raise exception using errcode = 'ZZ001', message = case when p_may_write and public.state_of_others(p_user) <> v_was then 'MOVED ' else '' end || coalesce(v_told, '');
      exception
        when sqlstate 'ZZ001' then v_answers := v_answers || sqlerrm;
        when others then v_answers := v_answers || concat('refused ', sqlstate, ' ', sqlerrm);
      end;
    end loop;
    return v_answers;
  end $$;
  grant execute on function public.state_of_others(uuid), public.tried(text[], uuid, boolean) to ${roles.map((role) => `app_${role}`).join(', ')}`)

  // a function that is no volatile one cannot write
  const { rows: volatile } = await admin.query<{ name: string }>(
    `select p.oid::regproc::text as name from pg_proc p where p.provolatile = 'v' and p.pronamespace in ('public'::regnamespace, 'sync'::regnamespace)`,
  )
  const writers = new Set(volatile.map(({ name }) => name))

  /** What is not this person's; with it a little that is, or every answer would be empty. */
  const baitFor = (who: Somebody): Bait => {
    const { sees } = truth.eye(who)
    const ids = Object.fromEntries(
      allCollections.map((collection) => {
        const made = weddingsOf(world).flatMap((wedding) => {
          const all = wedding.rows.get(collection.name) ?? (truth.rows(wedding.organization).get(collection.name) ?? []).slice(0, 4) // prettier-ignore
          const hidden = all.filter(({ id }) => wedding.organization !== who.organization || !sees(collection, truth.lastOf(id)!)) // prettier-ignore
          return hidden.slice(0, 1).map(({ id }) => id)
        })
        return [collection.name, made]
      }),
    )
    const others = weddingsOf(world).flatMap(({ crew }) => [crew.assistant, crew.venue, crew.couple, crew.planner]).filter((one) => one !== who) // prettier-ignore
    return {
      ...{ role: who.role!, ids, scopes: weddingsOf(world).flatMap(({ id, organization }) => [id, organization]) },
      // what they may handle and decide is theirs; one's own is asked for with the eyes of today
      changes: [...past.failed, ...past.conflicts].filter(({ wedding }) => !isPlannedBy(who, wedding.id)).map(({ sent }) => sent.changeId), // prettier-ignore
      conflicts: past.conflicts
        .filter(({ wedding }) => !isPlannedBy(who, wedding.id))
        .map(({ conflictId }) => conflictId),
      users: others.map(({ userId }) => userId),
      devices: others.map(({ deviceId }) => deviceId),
    }
  }

  const isPlannedBy = (who: Somebody, wedding: string) =>
    ['owner', 'planner', 'assistant'].includes(who.role!) && truth.eye(who).scopes.includes(wedding)

  const executable = async (role: Role): Promise<string[]> => {
    const { rows } = await admin.query<{ name: string }>(
      `select distinct p.oid::regproc::text as name from pg_proc p where p.pronamespace in ('public'::regnamespace, 'sync'::regnamespace)
        and has_function_privilege('app_' || $1, p.oid, 'execute') and p.proname not in ('tried', 'state_of_others') order by 1`,
      [role],
    )
    return rows.map(({ name }) => name)
  }

  const toTheEngine = /^process_sync_batch$|^sync\.(open|prepare)_batch$|^sync\.stored_/

  const statementsFor = (name: string, bait: Bait): string[] | null => {
    if (saysWhoAsks.test(name)) return []
    if (calls[name]) return calls[name](bait)
    const [start] = Object.keys(callsOfTables).filter((one) => name.startsWith(one))
    const table = start && allCollections.map((one) => one.name).find((one) => [one, `${one}_${bait.role}`].includes(name.slice(start.length))) // prettier-ignore
    return table ? callsOfTables[start]!(bait, table) : null
  }

  const tryAll = async (who: Somebody, only?: readonly string[]) => {
    const bait = baitFor(who)
    const found = { cells: 0, wrong: [] as string[] }
    for (const name of only ?? (await executable(who.role!))) {
      const statements = statementsFor(name, bait)
      if (!statements) throw new Error(`${name}: say what to ask of it`)
      found.cells += statements.length
      if (statements.length === 0) continue
      const answers = await asPerson(server, who.claims, async (tx) => {
        const { rows } = await tx.query<{ told: string[] }>('select public.tried($1, $2, $3) as told', [statements, who.userId, writers.has(name)]) // prettier-ignore
        return rows[0]!.told
      })
      for (const [nth, answer] of answers.entries()) {
        // whose side a field is on the engine writes down with a conflict; what people are told of it, the routes' part shows
        const bytes = toTheEngine.test(name) ? answer.replaceAll(/"userId": "[^"]*"/g, '') : answer
        const reply = { status: 200, bytes, text: bytes, body: {}, sent: `${statements[nth]!} ${who.userId}` }
        const leaks = leaksIn(reply, who, truth, secrets)
        if (bytes.startsWith('MOVED')) leaks.push('moves what is not theirs')
        found.wrong.push(...leaks.map((leak) => `${who.name}: ${name} ${leak} (${bytes.slice(0, 60)})`))
      }
    }
    return found
  }

  test('[P7] no function that a role may execute tells or moves what is not theirs', async () => {
    const found = await Promise.all(roles.map((role) => tryAll(world.own.crew[role])))
    console.info(`matrix, functions: ${found.reduce((all, { cells }) => all + cells, 0)} cells`)
    expect(found.flatMap(({ wrong }) => wrong)).toEqual([])
  })

  describe('the eye catches', () => {
    // prettier-ignore
    test.each<[string, Role, string, Patch]>([
    ['records by the conflicts they are in', 'viewer', 'sync.records_of_conflicts', { of: 'sync.records_of_conflicts', from: 'and sync.conflict_for(l) is not null', to: '' }],
    ['somebody else’s side that anybody may move', 'couple', 'sync.settle_decisions', { of: 'sync.move_sides', from: 'and sync.conflict_for(l) is not null', to: '' }],
    ['what was sent and failed', 'venue', 'sync.find_handled', { of: 'sync.changes_to_handle', from: "sync.caller_role() in ('owner', 'planner')", to: 'true' }],
  ])('%s', async (_, role, name, patch) => {
    const { wrong } = await withPatches(admin, [patch], () => tryAll(world.own.crew[role], [name]))
    expect(wrong.length).toBeGreaterThan(0)
  })
  })
}
