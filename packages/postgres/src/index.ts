// The door: a PostgreSQL to run on, brought up to date, and the address the server uses.
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.ts'
export { type Durability } from './server-settings.ts'
export { migrate } from './migrate.ts'
export { canLogIn, grantServerLogin, serverRole, serverUrlFor } from './grant-server-login.ts'
export { keptSecret } from './kept-secret.ts'
export { PostgresProblem } from './postgres-problem.ts'
