// The door of the server.
export { createServer, type ServerOptions, type SyncServer } from './create-server.ts'
export { httpLimits } from './limits.ts'
export type { TokenSettings } from './auth/read-token.ts'
export type { Api } from './http/api.ts'
