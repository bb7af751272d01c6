// Addresses of the wire that people use beside their phones' own syncing.

/** Where a change is tried again, or given up. */
export const syncPathOf = (changeId: string): string => `/api/offline/retry/${changeId}`
/** Where a batch goes. */
export const syncPath = '/api/offline/sync'
