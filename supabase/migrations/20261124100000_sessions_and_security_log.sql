-- Cookie sessions of the web app, and the log of who came in, who was refused and who looked at whom.
-- Neither holds a secret, a name or anything of a plan; nobody but the engine's own functions touches them.

create table sync.sessions (
  session_hash    bytea       not null,
  organization_id uuid        not null,
  user_id         uuid        not null,
  csrf_hash       bytea       not null,
  created_at      timestamptz not null default now(),
  expires_at      timestamptz not null,
  ended_at        timestamptz,
  constraint sessions_pkey primary key (session_hash),
  constraint sessions_hash_check check (octet_length(session_hash) = 32 and octet_length(csrf_hash) = 32),
  constraint sessions_expiry_check check (expires_at > created_at)
);
comment on table sync.sessions is 'One row per cookie session. It says who somebody is; what they may do is looked up at each transaction.';
comment on column sync.sessions.session_hash is 'SHA-256 of the cookie''s random part: who reads this table can be nobody.';
comment on column sync.sessions.organization_id is 'The organization that the token named.';
comment on column sync.sessions.user_id is 'The account that the token named.';
comment on column sync.sessions.csrf_hash is 'SHA-256 of what the page has to say besides the cookie when it changes something.';
comment on column sync.sessions.created_at is 'When the token was traded.';
comment on column sync.sessions.expires_at is 'The end of the token, or twelve hours on, whichever comes first.';
comment on column sync.sessions.ended_at is 'When somebody signed out; from then on it is nobody''s.';
create index sessions_user_idx on sync.sessions (organization_id, user_id, created_at);
create index sessions_expiry_idx on sync.sessions (expires_at);

create table sync.security_log (
  entry_id        bigint      generated always as identity,
  at              timestamptz not null default now(),
  organization_id uuid        not null,
  user_id         uuid        not null,
  event           text        not null,
  code            text,
  subject_id      uuid,
  times           integer     not null default 1,
  request_id      text,
  constraint security_log_pkey primary key (entry_id),
  constraint security_log_event_check check (event in
    ('demo_sign_in', 'session_opened', 'session_ended', 'refused', 'changes_forbidden', 'status_read')),
  constraint security_log_code_check check (code ~ '^[a-z_]{1,40}$'),
  constraint security_log_times_check check (times > 0),
  constraint security_log_request_check check (request_id ~ '^[A-Za-z0-9_-]{8,64}$')
);
comment on table sync.security_log is 'Append-only: who signed in, who was refused what, who looked at whose status. Ids and codes, never a name or a text.';
comment on column sync.security_log.entry_id is 'The order in which entries were written.';
comment on column sync.security_log.at is 'When it happened; of several in one entry, the first.';
comment on column sync.security_log.organization_id is 'The organization that whoever asked named in their token.';
comment on column sync.security_log.user_id is 'Who asked.';
comment on column sync.security_log.event is 'What happened.';
comment on column sync.security_log.code is 'Of a refusal: the code it was answered with.';
comment on column sync.security_log.subject_id is 'Whose status was looked at.';
comment on column sync.security_log.times is 'The same again within a few seconds is counted, not repeated; of forbidden changes, how many.';
comment on column sync.security_log.request_id is 'The request, as its answer and the server''s log name it; of several, the first.';
create index security_log_organization_idx on sync.security_log (organization_id, at);

do $$
declare
  v_table regclass;
begin
  foreach v_table in array array['sync.sessions', 'sync.security_log']::regclass[] loop
    execute format('alter table %s enable row level security', v_table);
    execute format('alter table %s force row level security', v_table);
    execute format('revoke all on %s from public, anon, authenticated', v_table);
  end loop;
end $$;
create policy engine on sync.sessions to wedsync_engine using (true) with check (true);
grant select, insert, update, delete on sync.sessions to wedsync_engine;
create policy engine on sync.security_log for insert to wedsync_engine with check (true);
grant insert on sync.security_log to wedsync_engine;
