// What a database forgets in the course of its work, kept beside it for whoever judges a run: each version of each conflict as it was
// committed, what ever waited for one, and what a change carried before that aged out. In a schema the engine knows nothing of.
import type { Sql } from './account-of.ts'

/** Called by the superuser, before anybody works. */
export const keepEvidence = (sql: Sql): Promise<unknown> => sql(evidence)

// a conflict is looked at when its transaction is about to commit: what stood in between nobody ever saw
const evidence = `
  create schema evidence;
  create table evidence.conflicts (
    nth bigint generated always as identity, conflict_id uuid, transaction xid8, kept public.sync_conflict_log,
    primary key (conflict_id, transaction));
  create table evidence.waited (
    organization_id uuid, conflict_id uuid, change_id uuid, primary key (organization_id, conflict_id, change_id));
  create table evidence.ledger (
    organization_id uuid, change_id uuid, kept public.offline_sync_queue, primary key (organization_id, change_id));

  create function evidence.keep_conflict() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
  begin
    insert into evidence.conflicts (conflict_id, transaction, kept)
    select l.conflict_id, pg_current_xact_id(), l from public.sync_conflict_log l
     where l.organization_id = new.organization_id and l.conflict_id = new.conflict_id
    on conflict do nothing;
    return null;
  end $$;
  create function evidence.keep_waiting() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
  begin
    insert into evidence.waited values (new.organization_id, new.conflict_id, new.change_id) on conflict do nothing;
    return null;
  end $$;
  create function evidence.keep_change() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
  begin
    insert into evidence.ledger values (old.organization_id, old.change_id, old)
    on conflict (organization_id, change_id) do update set kept = excluded.kept;
    return null;
  end $$;

  create constraint trigger keep_conflict after insert or update on public.sync_conflict_log
    deferrable initially deferred for each row execute function evidence.keep_conflict();
  create trigger keep_waiting after insert on sync.waiting_changes for each row execute function evidence.keep_waiting();
  create trigger keep_forgotten after update on public.offline_sync_queue for each row
    when (old.data is not null and new.data is null) execute function evidence.keep_change();
  create trigger keep_deleted after delete on public.offline_sync_queue for each row execute function evidence.keep_change();`
