-- What is written for each table, written anew: its captures, and what a batch needs of it.
do $$
declare
  v record;
begin
  for v in select to_regclass(format('public.%I', t.name)) as tracked from sync.tables t where t.name <> 'conflicts' order by t.rank loop
    perform sync.build_capture(v.tracked);
  end loop;
end $$;
select sync.grant_rights();
select sync.close_functions();
