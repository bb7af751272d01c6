// When everything has come to rest: each phone holds what the server says its person should hold. A server that cannot say just
// now, on a machine that is busy with something else, is asked again; a difference is a difference.  Shows P5.
import { setTimeout as sleep } from 'node:timers/promises'
import { SyncUnavailable } from '@wedsync/client'
import { expect } from 'vitest'
import type { NotedDevice } from './a-noted-device.ts'

const triesMax = 20
const pauseMs = 250

export const expectTheSame = async (devices: readonly NotedDevice[], scope: string): Promise<void> => {
  for (const { engine, shows, name } of devices)
    // a vendor whose contact somebody deleted works here no more
    if (shows().some(({ id }) => id === scope))
      expect(await verified(engine, scope), name).toMatchObject({ isSame: true })
}

const verified = async (engine: NotedDevice['engine'], scope: string) => {
  for (let tries = 1; ; tries += 1)
    try {
      return await engine.verify(scope)
    } catch (thrown) {
      if (!(thrown instanceof SyncUnavailable) || tries === triesMax) throw thrown
      await sleep(pauseMs)
    }
}
