// One sender among the tabs of a browser, where the platform has locks. Nothing that is right depends on it: without
// locks two tabs may send the same change, and the server answers both with the one receipt.  Keeps P1 cheap.
import { type Device } from '../settings.ts'

/** Runs alone, or answers null because another tab is running. */
export const runAlone = async <Result>(
  { locks, storeName }: Device,
  run: () => Promise<Result>,
): Promise<Result | null> => {
  if (!locks) return run()
  let result: Result | null = null
  await locks.runAlone(`wedsync:${storeName}`, async () => {
    result = await run()
  })
  return result
}
