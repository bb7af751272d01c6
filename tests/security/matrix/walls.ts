// Takes one of the two walls down, in the test's own database, and puts it up again. What is patched is named here by its
// text: a wall that is built otherwise one day has to be found again, or this stops.
import type pg from 'pg'
import { roles } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'

/** A change of a function's text, or a statement and the one that takes it back. */
export type Patch = { of: string; from: string; to: string } | { sql: string; back: string }

export const withPatches = async <Answer>(
  admin: pg.Pool,
  patches: readonly Patch[],
  run: () => Promise<Answer>,
): Promise<Answer> => {
  // prettier-ignore
  const undo: string[] = []
  try {
    for (const patch of patches) {
      if ('sql' in patch) {
        undo.unshift(patch.back)
        await admin.query(patch.sql)
      } else undo.unshift(await rewrite(admin, patch))
    }
    return await run()
  } finally {
    for (const back of undo) await admin.query(back)
  }
}

const rewrite = async (admin: pg.Pool, { of, from, to }: { of: string; from: string; to: string }): Promise<string> => {
  const { rows } = await admin.query<{ text: string }>('select pg_get_functiondef($1::regproc) as text', [of])
  const { text } = rows[0]!
  if (!text.includes(from)) throw new Error(`${of} has no "${from}": where is this check now?`)
  await admin.query(text.replace(from, () => to))
  return text
}

/**
 * The engine's own filters on what is read let everything through: every scope is held, every record is in sight. What is
 * left are policies and column rights. History, conflicts, receipts and status are JSON of several fields, read through
 * definer functions: there the function's filter by key and by sight is the database's wall, and stays.
 */
export const engineReadsAll: readonly Patch[] = [
  { of: 'sync.find_news', from: 'r.gone is null and r.audience && v_audiences as sees', to: 'r.gone is null as sees' },
  {
    of: 'sync.find_news',
    from: 'where r.organization_id = v_organization_id and s.scope_id = any (v_scopes)',
    to: 'where true',
  },
  // that a record is gone is told from the feed's own account, which nobody reads but through this function
  { of: 'sync.find_news', from: 'seen.held, r.changed_at', to: 'false, r.changed_at' },
  // news of another company is in no mark of one's own: they are looked for in the scopes themselves
  { of: 'sync.moved_since', from: 'v_head - v_from <= 5000', to: 'false' },
  {
    of: 'sync.moved_since',
    from: 'on r.organization_id = v_organization and r.scope_id = s.scope_id',
    to: 'on r.scope_id = s.scope_id',
  },
  { of: 'sync.find_standing', from: 'where r.organization_id = v_organization_id and', to: 'where' },
  { of: 'sync.find_standing', from: 'r.gone is null and r.audience && v_audiences', to: 'r.gone is null' },
  { of: 'sync.find_standing', from: 'where s.scope_id = any (v_scopes)', to: 'where true' },
  { of: 'sync.caller_rights', from: 'unnest(sync.caller_scopes()) s (id)', to: '(select distinct scope_id from sync.records) s (id)' }, // prettier-ignore
  { of: 'sync.ids_in_sight', from: '(p_scope = any (sync.caller_scopes())) is not true', to: 'false' },
  {
    of: 'sync.ids_in_sight',
    from: ' and t.organization_id = $2 and %s && $3',
    to: ' and ($2 is null or true) and (%s && $3 or true)',
  },
  { of: 'sync.read_scope', from: '(p_scope = any (sync.caller_scopes())) is not true', to: 'false' },
]

/** The engine asks for every column of every table, whatever the role may read. */
export const engineNamesAll: readonly Patch[] = [
  {
    sql: `create table public.kept_queries as select * from sync.role_tables;
          update sync.role_tables set row_query = format('(select row_to_json("the row") from (select t.* from public.%I t where t.id = n.record_id) "the row")', table_name) where table_name <> 'conflicts'`,
    back: `update sync.role_tables t set row_query = k.row_query from public.kept_queries k where k.role = t.role and k.table_name = t.table_name; drop table public.kept_queries`,
  },
]

const tables = allCollections.map(({ name }) => `public.${name}`)
const everyRole = roles.map((role) => `app_${role}`).join(', ')

/** No policy holds on any table of a wedding, and every role has every column: what is left is the engine. */
export const databaseAllowsAll: readonly Patch[] = [
  // undone last: the rights are carried from the declarations once more
  { sql: 'select', back: 'select sync.grant_rights()' },
  ...tables.map((table) => ({
    sql: `alter table ${table} disable row level security; grant select, insert, update, delete on ${table} to ${everyRole}`,
    back: `alter table ${table} enable row level security; revoke all on ${table} from ${everyRole}`,
  })),
]

const everything = `
  create function public.all_scopes() returns jsonb language sql stable security definer as $$ select jsonb_agg(distinct scope_id) from sync.records $$;
  create function public.all_rights() returns jsonb language sql stable security definer as $$
    select jsonb_object_agg(t.name, jsonb_build_object('writes', f.all, 'changes', f.all, 'canCreate', true, 'canDelete', true))
      from sync.tables t cross join lateral (select jsonb_agg(f.field) as all from sync.fields f where f.table_id = t.table_id) f $$;
  grant execute on function public.all_scopes(), public.all_rights() to ${everyRole}`

/**
 * The engine takes every record for visible and its caller's to write, every field for open and every scope for theirs. What it
 * hands over of a record's values stays as narrow as it is: that is no check of who may write.
 */
export const engineWritesAll: readonly Patch[] = [
  { sql: everything, back: 'drop function public.all_scopes(), public.all_rights()' },
  { of: 'sync.open_batch', from: "'scopes', to_jsonb(sync.caller_scopes())", to: "'scopes', public.all_scopes()" },
  { of: 'sync.open_batch', from: "'role', p_role", to: "'role', 'nobody'" },
  { of: 'sync.open_batch', from: "'rights', (select", to: "'rights', public.all_rights(), 'narrow', (select" },
  { of: 'sync.known_ids', from: 'bool_and(r.organization_id <> sync.caller_organization())', to: 'false' },
  { of: 'sync.prepare_group', from: 'and rt.can_create and p_group.fields <@ rt.writes', to: '' },
  { of: 'sync.prepare_group', from: 'is not true)', to: 'is not true and false)' },
  ...allCollections.flatMap(({ name }): Patch[] => [
    { of: `sync.stored_${name}`, from: "'isForeign', r.organization_id <> v_organization", to: "'isForeign', false" },
    { of: `sync.stored_${name}`, from: "'isVisible', v.sees and r.scope_id = any (v_scopes)", to: "'isVisible', true" },
    { of: `sync.detect_${name}`, from: 'and t.organization_id = v_organization', to: '' },
    { of: `sync.detect_${name}`, from: 'and f.scope_id = any (v_scopes) and f.audience && v_audiences', to: '' },
    { of: `sync.detect_${name}`, from: "and (v_are_theirs or s.data - v_writes = '{}')", to: '' },
  ]),
]
