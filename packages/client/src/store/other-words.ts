// Two versions of the app in two windows share one store. Whoever finds it in other words than their own stops, and says so:
// nothing is stored that would be misunderstood.  Keeps P3.
import { type Device } from '../settings.ts'
import { type DeviceState } from './device-state.ts'

/** True where the store is not in this app's words. */
export const isInOtherWords = (
  { schemaVersion }: Pick<DeviceState, 'schemaVersion'>,
  { schemas }: Pick<Device, 'schemas'>,
): boolean => schemaVersion !== schemas.current

/** What a person is told who edits in such a window. */
export const otherWindow =
  'Another version of this app was opened in another window. Reload this one, then write this again: all you saved before is safe.'
