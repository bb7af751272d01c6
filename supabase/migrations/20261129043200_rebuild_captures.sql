-- What is written for each table, written anew: its captures name what moved.
do $$
declare
  v record;
begin
  for v in select to_regclass(format('public.%I', t.name)) as tracked from sync.tables t where t.name <> 'conflicts' order by t.rank loop
    perform sync.build_capture(v.tracked);
  end loop;
end $$;
select sync.close_functions();
