// What is promised of saving, sending and applying is promised on either store: the tests that show it on a browser's
// database show it here on the one in memory.
import { describe } from 'vitest'
import { keepPhonesOn, memoryDisk } from '../testing/a-phone.ts'

keepPhonesOn(memoryDisk)

describe('in memory', async () => {
  await import('../save/capture.test.ts')
  await import('../outbox/fold.test.ts')
  await import('../push/push-loop.test.ts')
  await import('../push/sync-changes.test.ts')
  await import('../pull/apply-page.test.ts')
  await import('../react/hooks.test.tsx')
})
