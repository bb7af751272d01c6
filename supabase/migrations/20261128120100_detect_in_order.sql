-- What is written for each table is written anew: where records stand is told in the order in which a batch names them.
do $$
declare
  v record;
begin
  for v in select to_regclass(format('public.%I', t.name)) as tracked from sync.tables t where t.name <> 'conflicts' order by t.rank loop
    perform sync.build_batch_functions(v.tracked);
  end loop;
end $$;
