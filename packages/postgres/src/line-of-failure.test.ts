import { expect, test } from 'vitest'
import { lineOfFailure } from './line-of-failure.ts'

const sql = `-- a comment; with a semicolon
create table a (name text default 'it''s; fine');

create function f() returns text language sql as $body$
  select 'one; two' || $$;$$;
$body$;
/* three; */ insert into a values ('x');
select 1`

test('the line of a statement that failed is the line it begins on', () => {
  const lines = [0, 1, 2, 3].map((statementsDone) => lineOfFailure(sql, { position: undefined, statementsDone }))
  expect(lines).toEqual([2, 4, 7, 8])
})

test('where PostgreSQL names a place, that place counts, in characters and not in bytes', () => {
  expect(lineOfFailure('💍💍\nselect nope', { position: 11, statementsDone: 0 })).toBe(2)
  expect(lineOfFailure('select nope', { position: 8, statementsDone: 0 })).toBe(1)
})
