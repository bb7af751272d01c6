// Hands back the text of wedsync.conf, which PostgreSQL reads after its own postgresql.conf.

/** `durable` keeps what it acknowledged through a power cut; `throw-away` is for tests, whose files nobody reads again. */
export type Durability = 'durable' | 'throw-away'

export const serverSettings = (port: number, durability: Durability): string =>
  Object.entries({ ...always, ...(durability === 'durable' ? durable : throwAway), port: String(port) })
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join('')

const always = {
  // this machine only, and no socket file: paths of sockets may not be longer than about 100 characters
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  lc_messages: 'C',
  // less, and no backup could be taken while it runs; nobody replicates from here
  wal_level: 'replica',
  max_wal_senders: '0',
  // our statements take milliseconds: compiling or sharing them out costs more than it saves
  jit: 'off',
  max_parallel_workers_per_gather: '0',
}

const durable = {
  // one server with its pool, a few commands, and a person with psql
  max_connections: '100',
  shared_buffers: '256MB',
  max_wal_size: '1GB',
}

const throwAway = {
  // every test file has a database and pools of its own, and several run at once
  max_connections: '300',
  shared_buffers: '128MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
}
