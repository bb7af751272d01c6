-- The floor's tables and its one function: what is left of a sync server when there are no tenants, no rights, no history
-- of old values and no stored payload. It is not a product; it is the bar ours is held against.

create table items (
  id              uuid primary key,
  title           text not null,
  starts_at       timestamptz not null,
  status          text not null,
  notes           text not null,
  vendor_id       uuid not null,
  updated_at      bigint not null,
  version         bigint not null default 1,
  field_versions  jsonb not null default '{}'
);

create table change_log (
  seq       bigint generated always as identity primary key,
  id        uuid not null,
  change_id uuid not null,
  fields    jsonb not null,
  at        timestamptz not null default now()
);

create table applied (
  change_id uuid primary key
);

-- apply_batch: skips changes it has seen, locks the rows in order of id, compares field by field with the base version,
-- writes what is not contested, logs it, and answers with versions and conflicts.
-- Called  floor/serve-floor
create function apply_batch(p_changes jsonb)
returns jsonb language plpgsql volatile as $$
declare
  v_answer jsonb;
begin
  with sent as materialized (
    select * from jsonb_to_recordset(p_changes) as c ("changeId" uuid, "recordId" uuid, "baseVersion" bigint, fields jsonb)
  ), fresh as materialized (
    insert into applied (change_id) select "changeId" from sent on conflict do nothing returning change_id
  ), locked as materialized (
    select i.id, i.version, i.field_versions from items i
     where i.id in (select "recordId" from sent) order by i.id for update
  ), judged as materialized (
    select s.*, l.id is null as is_missing,
           case when l.version > s."baseVersion" then
             (select array_agg(k) from jsonb_object_keys(s.fields) k where (l.field_versions ->> k)::bigint > s."baseVersion")
           end as contested
      from sent s join fresh f on f.change_id = s."changeId" left join locked l on l.id = s."recordId"
  ), written as (
    update items i
       set title      = coalesce(j.fields ->> 'title', i.title),
           starts_at  = coalesce((j.fields ->> 'starts_at')::timestamptz, i.starts_at),
           status     = coalesce(j.fields ->> 'status', i.status),
           notes      = coalesce(j.fields ->> 'notes', i.notes),
           vendor_id  = coalesce((j.fields ->> 'vendor_id')::uuid, i.vendor_id),
           updated_at = coalesce((j.fields ->> 'updated_at')::bigint, i.updated_at),
           version    = i.version + 1,
           field_versions = i.field_versions || (select jsonb_object_agg(k, i.version + 1) from jsonb_object_keys(j.fields) k)
      from judged j
     where i.id = j."recordId" and j.contested is null
    returning i.id, i.version, j."changeId", j.fields
  ), logged as (
    insert into change_log (id, change_id, fields) select id, "changeId", fields from written returning seq
  )
  select jsonb_build_object(
           'applied', (select jsonb_agg(jsonb_build_object('changeId', "changeId", 'version', version)) from written),
           'conflicts', (select jsonb_agg(jsonb_build_object('changeId', "changeId", 'fields', contested)) from judged
                          where contested is not null or is_missing),
           'cursor', (select max(seq) from logged))
    into v_answer;
  return v_answer;
end $$;
