-- A record's history names the conflicts it met, decided ones too.
create index sync_conflict_log_history_idx on public.sync_conflict_log (organization_id, record_id);
