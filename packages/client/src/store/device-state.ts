// The few things a device knows about itself, in one row, so that they change in one step with what they speak of.

export type DeviceState = {
  key: 'state'
  deviceId: string
  cursor: string | null
  /** Rises with every answer that is applied: an answer to an older turn is dropped whole. */
  turn: number
  /** How far the shown pages were read; -1 before the first. */
  position: number
  /** Everything is loaded anew after a reset; the old view stays meanwhile. */
  isReloading: boolean
  /** Scopes taken away by pages that are not shown yet. */
  stagedRevokes: string[]
  /** Scopes that were taken away and did not come back: what is answered of them leaves. */
  lostScopes: string[]
  /** The server's time as last heard, in milliseconds. Only for letting go of what was kept long enough. */
  serverTime: number | null
  /** By this device's clock, for people. */
  lastSyncedAt: number | null
}

/** The state of a device that was never here before. */
export const firstState = (deviceId: string): DeviceState => ({
  key: 'state',
  deviceId,
  cursor: null,
  turn: 0,
  position: -1,
  isReloading: false,
  stagedRevokes: [],
  lostScopes: [],
  serverTime: null,
  lastSyncedAt: null,
})
