-- What a wedding's day hangs on arrives first when a device loads it: the wedding, its run sheet and its contacts, and who the
-- people are. Everything else follows.
alter table sync.tables add column loads_first boolean not null default false;
comment on column sync.tables.loads_first is 'True for tables whose records arrive before all others while a scope is loaded.';
update sync.tables set loads_first = true
 where name in ('people', 'memberships', 'clients', 'assignments', 'vendor_contacts', 'timeline_items');

-- they take another argument now
drop function sync.find_news(uuid[], bigint[], bigint[], boolean[], integer);
drop function sync.count_news(uuid[], bigint[], bigint[], boolean[], bigint);
