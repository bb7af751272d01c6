-- sync.receive_batches: plain batches of one organization, each as the person of its claims, in one transaction. Answers what
-- sync.receive_batch would of each, in their order; a place without claims is left out.
-- All of them are prepared before the first row is written: they hold the clock once, and are flushed once. What one of them writes
-- another may have looked at before: its rows lie elsewhere then, and the transaction ends (see sync.write_group).
-- Keeps   P7: nobody's role outlasts their batch, and a batch is written by who prepared it
-- Raises  55P03  a record or a device is somebody else's just now: the locks of a batch are not kept while those of another are waited for
--         40001  somebody's role changed meanwhile
--         SY015  two organizations: their clocks would be taken in no order
-- Called  push/write-plain, which sends each alone where all together fail
create or replace function sync.receive_batches(p_claims text[], p_batches text[])
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_patience     text := current_setting('lock_timeout');
  v_organization uuid;
  v_whose        text[] := '{}';
  v_all          sync.prepared_batch[];
  v_one          sync.prepared_batch;
  v_answers      jsonb := '[]';
  v_noted        text;
begin
  for v_nth in 1 .. cardinality(p_claims) loop
    continue when p_claims[v_nth] is null;
    v_noted := set_config('role', 'none', true);
    v_one := null;
    if sync.assume_caller(p_claims[v_nth]) = 'nobody' then
      v_one.answer := '{"stranger": true}';
    else
      v_organization := coalesce(v_organization, sync.caller_organization());
      if v_organization <> sync.caller_organization() then
        raise exception 'batches of two organizations' using errcode = 'SY015';
      end if;
      v_one := sync.prepare_batch(p_batches[v_nth]::jsonb);
    end if;
    v_all := v_all || v_one;
    v_whose := v_whose || p_claims[v_nth];
    v_noted := set_config('lock_timeout', '20ms', true);
  end loop;

  v_noted := set_config('lock_timeout', v_patience, true);
  for v_nth in 1 .. cardinality(v_all) loop
    v_one := v_all[v_nth];
    if v_one.answer is null then
      v_noted := set_config('role', 'none', true);
      if sync.assume_caller(v_whose[v_nth]) <> v_one.role then
        raise exception 'their role changed meanwhile' using errcode = '40001';
      end if;
      v_one.answer := sync.write_batch(v_one);
    end if;
    v_answers := v_answers || jsonb_build_array(v_one.answer);
  end loop;
  return v_answers;
end $$;
grant execute on function sync.receive_batches(text[], text[]) to wedsync_server;
