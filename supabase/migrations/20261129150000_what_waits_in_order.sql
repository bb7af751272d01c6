-- The review queue is read from the gravest on, of those the newest first.
create index sync_conflict_log_gravest_idx on public.sync_conflict_log
  (organization_id, array_position(array['low', 'medium', 'high', 'critical'], severity) desc, detected_at desc, conflict_id desc) where status = 'pending';
