-- Who may read anything of a conflict is asked of ten thousand at a time, to count them: it is known without opening what both sides say.
alter table public.sync_conflict_log
  add column contested text[] generated always as (sync.contested_names(table_name, record_id, fields)) stored;
comment on column public.sync_conflict_log.contested is
  'The contested fields as table.field, where all are of the record it is about; null where some are of others. Follows from fields.';
