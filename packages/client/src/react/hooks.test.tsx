import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { aPhone, anItem, wedding } from '../testing/a-phone.ts'
import { createTestServer, idFrom } from '../testing/test-server.ts'
import {
  SyncProvider,
  useConflicts,
  useRecord,
  useRecords,
  useSyncEngine,
  useSyncHook,
  useSyncStatus,
  type SyncHook,
} from './index.ts'

const Screen = () => {
  const { word, isOnline, pending, engine } = useSyncEngine()
  const records = useRecords({ table: 'items', scope: wedding, sortBy: 'title' })
  const record = useRecord('items', idFrom('item'))
  const status = useSyncStatus()
  const conflicts = useConflicts(wedding)
  return createElement(
    'p',
    null,
    JSON.stringify([word, isOnline, pending, records, record ?? null, conflicts, status.word, engine.user.name]),
  )
}

test('hooks are windows on the engine', async () => {
  const phone = await aPhone(createTestServer())
  const html = renderToStaticMarkup(createElement(SyncProvider, { engine: phone }, createElement(Screen)))
  expect(html.replaceAll('&quot;', '"')).toBe('<p>["Shared",true,0,[],null,[],"Shared","Priya"]</p>')
  expect(useSyncHook).toBe(useSyncEngine)
  await phone.stop()
})

test('what the hook hands out is the engine’s own, and may be taken out of it', async () => {
  const phone = await aPhone(createTestServer())
  const taken: SyncHook[] = []
  const Taker = ({ take }: { take: (hook: SyncHook) => void }) => {
    take(useSyncEngine())
    return null
  }
  const taker = createElement(Taker, { take: (hook) => taken.push(hook) })
  renderToStaticMarkup(createElement(SyncProvider, { engine: phone }, taker))
  const { syncChanges, detectConflicts, on, getSyncStatus, resolveConflict } = taken[0]!
  expect([getSyncStatus, resolveConflict]).toEqual([phone.getSyncStatus, phone.resolveConflict])
  const sessions: string[] = []
  on('syncCompleted', (sessionId) => sessions.push(sessionId))
  const change = { action: 'create' as const, table: 'clients', id: idFrom('a client'), data: { names: 'Ann & Ben' } }
  phone.pause()
  expect(await detectConflicts(change)).toBeNull()
  phone.resume()
  expect(await syncChanges([change])).toMatchObject({ success: true, processed: [{ outcome: 'applied' }] })
  expect(sessions).toHaveLength(1)
  await phone.stop()
})

test('a hook without a provider says so', () => {
  expect(() => renderToStaticMarkup(createElement(Screen))).toThrow(/SyncProvider/)
})

test('a view shows edits as they are made, in order, and keeps what did not change', async () => {
  const server = createTestServer()
  server.writes('items', idFrom('a'), anItem('B'), wedding)
  server.writes('items', idFrom('b'), anItem('A'), wedding)
  const phone = await aPhone(server)
  await phone.syncNow()
  const view = phone.watch<{ title: string }>({ table: 'items', scope: wedding, sortBy: 'title' })
  let changes = 0
  const stop = view.subscribe(() => (changes += 1))
  await expect.poll(() => view.current().map(({ title }) => title)).toEqual(['A', 'B'])
  const [first] = view.current()
  await phone.save('items', idFrom('a'), { title: 'C' })
  await expect
    .poll(() => view.current().map(({ title, pending }) => [title, pending]))
    .toEqual([
      ['A', 'none'],
      ['C', 'waiting'],
    ])
  expect(view.current()[0]).toBe(first)
  expect(changes).toBe(2)
  stop()
  await phone.stop()
})
