-- sync.build_function: fills the places of a capture function's text and creates it.
-- Called  sync.build_capture
create or replace function sync.build_function(p_text text, p_table regclass, p_tracked sync.tables, p_ticked text, p_moved text,
  p_before text, p_after text, p_slots text, p_count integer, p_whole text)
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_text text := p_text;
  v_part record;
begin
  for v_part in
    select * from (values
      ('@ticked@', p_ticked), ('@moved@', p_moved), ('@before@', p_before), ('@after@', p_after), ('@slots@', p_slots),
      ('@whole_n@', replace(p_whole, '@.', 'n.')), ('@whole_o@', replace(p_whole, '@.', 'o.')),
      ('@audience_n@', sync.audience_expression(p_table, format('row(n.*)::%s', p_table))),
      ('@audience_o@', sync.audience_expression(p_table, format('row(o.*)::%s', p_table))),
      ('@scope@', quote_ident(p_tracked.scope_column)), ('@name@', p_tracked.name), ('@table_id@', p_tracked.table_id::text), ('@count@', p_count::text)
    ) parts (place, filling)
  loop
    v_text := replace(v_text, v_part.place, v_part.filling);
  end loop;
  execute v_text;
end $$;
