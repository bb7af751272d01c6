// The second door, for tests only: a real PostgreSQL for a run, and a fresh database of it for a test file.
export { aDatabase, type TestDatabase } from './testing/a-database.ts'
export { startThrowAwayCluster, type ThrowAwayCluster } from './testing/throw-away-cluster.ts'
