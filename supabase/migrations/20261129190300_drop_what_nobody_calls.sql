-- What may be read of a conflict is worked out field by field for many at once.
drop function sync.readable_fields(public.sync_conflict_log);
