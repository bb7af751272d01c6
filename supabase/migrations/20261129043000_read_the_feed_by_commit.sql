-- What moved is found by the commit it moved in, and a scope is loaded in the order in which its records came in. So no index
-- holds a record's position any more, and an edit leaves the record's row where it is.
alter table sync.marks add column moved uuid[];
alter table sync.marks alter column moved set storage external;
comment on column sync.marks.moved is 'The records that moved in this commit, in their order, the last one at this position. A null among them: a position without a record. Null: too many, or from before this was kept.';

alter table sync.records add column entered bigint;
update sync.records set entered = position;
alter table sync.records alter column entered set not null;
comment on column sync.records.entered is 'The position at which the record came into the scope first. It stays; whoever loads the scope goes by it.';

alter table sync.records drop constraint records_position_key;
create index records_entered_idx on sync.records (organization_id, scope_id, entered);
drop index sync.records_gone_idx;
create index records_gone_idx on sync.records (record_id) where gone is not null;

alter type sync.news add attribute place bigint;
drop function sync.find_news(uuid[], bigint[], bigint[], text[], integer);
drop function sync.count_news(uuid[], bigint[], bigint[], text[], bigint);
