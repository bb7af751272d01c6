// The door: a PostgreSQL to run on, brought up to date, the address the server uses, and backups of it.
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.ts'
export { type Durability } from './server-settings.ts'
export { migrate } from './migrate.ts'
export { canLogIn, grantServerLogin, serverRole, serverUrlFor } from './grant-server-login.ts'
export { keptSecret } from './kept-secret.ts'
export { backUp, type BackupOptions } from './backup/back-up.ts'
export { restore, type Restored, type RestoreOptions } from './backup/restore.ts'
export { PostgresProblem } from './postgres-problem.ts'
