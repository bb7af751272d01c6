-- sync.refuse_truncate: truncate would pass by the triggers, and no device would hear of it.
-- Raises  SY012
create or replace function sync.refuse_truncate()
returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'table % is synchronized; delete its rows instead', tg_table_name using errcode = 'SY012';
end $$;
alter function sync.refuse_truncate() owner to wedsync_engine;
