// Carries the declarations of packages/wedding into SQL: who sees a row, which fields a role reads and writes, which rows
// it may write, what is tracked. Prints one migration's text; `--write <stamp>` makes it a file.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { roles, type Json } from '@wedsync/protocol'
import { keyingOf, rightsOf, type Collection, type Condition } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'

const team = ['owner', 'planner', 'assistant']
const wordOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
const listed = (texts: readonly string[]) => `array[${texts.map(quoted).join(', ')}]`

// A row's audience: names of roles, `person:<id>` and `vendor:<id>`; the caller knows every name they go by.
const audienceFunction = (collection: Collection): string => {
  const parts = collection.audience.map(({ roles: seers, where }) => namesWhere(where, namesOf(seers)))
  const body = parts.length > 0 ? parts.join('\n      || ') : 'array[]::text[]'
  return `-- Who sees a row of ${collection.name}: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_${collection.name}(p_row public.${collection.name})
returns text[] language sql stable as $$
  select ${body}
$$;
grant execute on function sync.audience_of_${collection.name}(public.${collection.name})
  to wedsync_engine, app_nobody, ${roles.map((role) => `app_${role}`).join(', ')};
`
}

const namesOf = (seers: readonly string[]): string[] =>
  team.every((role) => seers.includes(role)) ? ['team', ...seers.filter((role) => !team.includes(role))] : [...seers]

const namesWhere = (where: Condition, names: string[]): string => {
  if (where.is === 'any') return listed(names)
  if (where.is === 'one-of')
    return `case when (p_row).${where.field}::text in (${where.values.map((value) => quoted(wordOf(value))).join(', ')}) then ${listed(names)} else '{}' end`
  const kind = where.is === 'me' ? 'person' : where.is === 'mine' ? 'vendor' : undefined
  if (!kind) throw new Error(`a row's audience cannot be told from "${where.is}"`)
  return `case when (p_row).${where.field} is not null then array['${kind}:' || (p_row).${where.field}::text] else '{}' end`
}

// Which rows a role may write; which columns is for the grants.
const policies = (collection: Collection): string[] => {
  const { name, scope, isScope } = collection
  const mine = 'organization_id = (select sync.caller_organization())'
  const inScope = scope === 'wedding' ? ' and (client_id = any ((select sync.caller_scopes())::uuid[])) is true' : ''
  return roles.flatMap((role) => {
    const rights = rightsOf(collection, role)
    const only = rights.writesOnly.map(conditionSql).filter((sql) => sql !== 'true')
    const where =
      rights.writesOnly.some(({ is }) => is === 'any') || only.length === 0 ? '' : ` and (${only.join(' or ')})`
    const line = (action: string, clauses: string) =>
      `create policy write_${action}_${role} on public.${name} for ${action} to app_${role} ${clauses};`
    return [
      // a new wedding is nobody's scope yet
      ...(rights.mayCreate ? [line('insert', `with check (${mine}${isScope ? '' : inScope}${where})`)] : []),
      ...(rights.changes.length > 0
        ? [line('update', `using (${mine}${inScope}${where}) with check (${mine}${inScope}${where})`)]
        : []),
      ...(rights.mayDelete ? [line('delete', `using (${mine}${inScope}${where})`)] : []),
    ]
  })
}

const conditionSql = (where: Condition): string => {
  if (where.is === 'any') return 'true'
  if (where.is === 'me') return `${where.field} = (select sync.caller_person())`
  if (where.is === 'mine') return `'vendor:' || ${where.field}::text = any ((select sync.caller_self())::text[])`
  if (where.is === 'my-wedding') return `(${where.field} = any ((select sync.caller_scopes())::uuid[])) is true`
  if (where.is === 'one-of')
    return `${where.field}::text in (${where.values.map((value) => quoted(wordOf(value))).join(', ')})`
  throw new Error(`a row to write cannot be told by "${where.is}"`)
}

const fieldRights = (collection: Collection): string[] =>
  roles.flatMap((role) => {
    const { reads, gives, changes } = rightsOf(collection, role)
    const fields = collection.isScope ? ['client_id', ...collection.fieldNames] : collection.fieldNames
    const isRead = (field: string) =>
      reads.includes(field) || (field === 'client_id' && collection.isScope && reads.length > 0)
    const writes = new Set([...gives, ...changes])
    return fields
      .filter((field) => isRead(field) || writes.has(field))
      .map(
        (field) =>
          `  (${quoted(collection.name)}, ${quoted(field)}, ${quoted(role)}, ${String(isRead(field))}, ${String(writes.has(field))}, ${String(changes.includes(field))})`,
      )
  })

const groupLines = ({ name, groups }: Collection): string[] =>
  [...groups].map(
    ([group, members]) =>
      `update sync.fields set together = ${quoted(group)} where field in (${members.map(quoted).join(', ')})\n   and table_id = (select t.table_id from sync.tables t where t.name = ${quoted(name)});`,
  )

// how the parts of a value are told apart: by name, or, in a list, by a part of each entry
const keyedLines = ({ name, fieldNames, fieldOf }: Collection): string[] =>
  fieldNames.flatMap((field) => {
    const keying = keyingOf(fieldOf(field)!)
    return keying
      ? [
          `update sync.fields set keyed_by = ${quoted(keying.by ?? '')} where field = ${quoted(field)}\n   and table_id = (select t.table_id from sync.tables t where t.name = ${quoted(name)});`,
        ]
      : []
  })

const tableRights = (collection: Collection): string[] =>
  roles.map((role) => {
    const { mayCreate, mayDelete } = rightsOf(collection, role)
    return `  (${quoted(collection.name)}, ${quoted(role)}, ${String(mayCreate)}, ${String(mayDelete)})`
  })

// When a plan is frozen, which the engine asks for everybody, whatever they may read of it. The zones of the earth lie 26 hours apart: a wall
// time is at most fourteen from the hour at Greenwich, and a batch may wait for its turn before it is judged.
const freezeFunctions = (collections: readonly Collection[]): string[] =>
  collections.flatMap(({ name, freezes }) => {
    if (!freezes) return []
    const { from, to, zone } = freezes
    const wall = (field: string) => `to_char(t.${field}, 'YYYY-MM-DD"T"HH24:MI')`
    return [
      `-- Of the caller's weddings among these, what says when their plans are frozen.
create or replace function sync.freezes_of(p_scopes uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_object_agg(t.id, jsonb_build_object('${from}', ${wall(from)}, '${to}', ${wall(to)}, '${zone}', t.${zone})), '{}')
            from public.${name} t
           where t.id = any (p_scopes) and t.id = any (sync.caller_scopes()) and t.organization_id = sync.caller_organization()
             -- who changes nothing is held up by nothing
             and sync.caller_role() <> 'viewer');
end $$;
alter function sync.freezes_of(uuid[]) owner to wedsync_engine;
grant execute on function sync.freezes_of(uuid[]) to ${roles.map((role) => `app_${role}`).join(', ')};

-- Whether one of these records belongs to a wedding of the caller's, led by somebody else, whose plan is frozen then, or nearly.
create or replace function sync.is_freeze_near(p_record_ids uuid[], p_at timestamptz)
returns boolean language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid   := sync.caller_organization();
  v_scopes       uuid[] := array(select distinct f.scope_id from sync.records f
                                  where f.record_id = any (p_record_ids) and f.gone is null and f.organization_id = v_organization);
begin
  return exists (
    select from public.${name} t
     where t.id = any (v_scopes) and t.organization_id = v_organization
       and t.${from} < p_at at time zone 'UTC' + interval '15 hours' and t.${to} > p_at at time zone 'UTC' - interval '15 hours'
       and t.id = any ((select sync.caller_scopes())::uuid[]) and t.id <> all ((select sync.caller_leads())::uuid[]));
end $$;
alter function sync.is_freeze_near(uuid[], timestamptz) owner to wedsync_engine;
grant execute on function sync.is_freeze_near(uuid[], timestamptz) to app_owner, app_planner, app_assistant;
`,
    ]
  })

export const declarationsSql = (collections: readonly Collection[] = allCollections): string =>
  [
    '-- Carried from the declarations in packages/wedding by scripts/carry-declarations.ts.',
    '',
    'select sync.forget_declarations();',
    '',
    ...collections.map(audienceFunction),
    ...collections.map(
      ({ name, scope }, rank) =>
        `select sync.track('public.${name}', '${scope === 'wedding' ? 'client_id' : 'organization_id'}', ${rank + 1});`,
    ),
    '',
    ...collections.flatMap(groupLines),
    ...collections.flatMap(keyedLines),
    '',
    ...freezeFunctions(collections),
    'insert into sync.field_rights (table_name, field, role, can_read, can_write, can_change) values',
    `${collections.flatMap(fieldRights).join(',\n')};`,
    '',
    'insert into sync.table_rights (table_name, role, can_create, can_delete) values',
    `${collections.flatMap(tableRights).join(',\n')};`,
    '',
    'select sync.grant_rights();',
    '',
    ...collections.flatMap(policies),
    '',
    '-- Everyone may know the name of the company they work with.',
    `grant select on public.organizations to ${roles.map((role) => `app_${role}`).join(', ')};`,
    'drop policy if exists read_own on public.organizations;',
    `create policy read_own on public.organizations for select to ${roles.map((role) => `app_${role}`).join(', ')} using (id = (select sync.caller_organization()));`,
    '',
    'create or replace trigger assign_creator after insert on public.clients for each row execute function public.assign_creator();',
    'create or replace trigger open_clock after insert on public.organizations for each row execute function sync.open_clock();',
    'create or replace trigger sync_feed_insert after insert on public.sync_conflict_log referencing new table as new_rows for each statement execute function sync.place_conflicts();',
    'create or replace trigger sync_feed_update after update on public.sync_conflict_log referencing new table as new_rows for each statement execute function sync.place_conflicts();',
    'create or replace trigger sync_review after insert on sync.history referencing new table as new_rows for each statement execute function sync.review_history();',
    'select sync.close_functions();',
    '',
  ].join('\n')

if (import.meta.main) {
  const stamp = process.argv[2] === '--write' ? process.argv[3] : undefined
  if (stamp)
    writeFileSync(
      path.resolve(import.meta.dirname, `../supabase/migrations/${stamp}_carry_declarations.sql`),
      declarationsSql(),
    )
  else process.stdout.write(declarationsSql())
}
