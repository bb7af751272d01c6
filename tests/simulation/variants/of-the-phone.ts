// What could be wrong with the device library: what it keeps, sends, believes and shows.
import type { Variant } from './variant.ts'

const client = (file: string) => `packages/client/src/${file}.ts`

export const variantsOfThePhone: readonly Variant[] = [
  {
    name: 'the cursor is stored before the rows',
    breaks: ['P5'],
    seed: 'whole-57',
    edits: [
      {
        file: client('pull/apply-page'),
        find: `export const applyPage = ({ store, device }: Parts, turn: number, response: SyncResponse): Promise<Applied | null> =>
  inOneStep(store, async (tx) => {`,
        put: `export const applyPage = async ({ store, device }: Parts, turn: number, response: SyncResponse): Promise<Applied | null> => {
  await inOneStep(store, async (tx) => {
    const state = await readState(tx)
    if (state.turn === turn) await tx.state.put({ ...state, cursor: response.cursor })
  })
  await new Promise<void>((over) => device.timers.set(over, 500))
  return await applyRest({ store, device }, turn, response)
}

const applyRest = ({ store, device }: Parts, turn: number, response: SyncResponse): Promise<Applied | null> =>
  inOneStep(store, async (tx) => {`,
      },
    ],
  },
  {
    name: 'a refused change blocks everything behind it',
    breaks: ['P14'],
    seed: 'whole-38',
    edits: [
      {
        file: client('outbox/take-batch'),
        find: `return found.filter((entry) => !broken.includes(entry))`,
        put: `const [stuck] = await tx.outbox.where('state').equals('stuck').toArray()
  return found.filter((entry) => !broken.includes(entry) && (!stuck || entry.seq < stuck.seq))`,
      },
    ],
  },
  {
    name: 'a 401 empties the outbox',
    breaks: ['P3'],
    seed: 'whole-16',
    edits: [
      {
        file: client('push/push-loop'),
        find: `} else if (answer.then === 'sign-in') return { kind: 'signed-out', token }`,
        put: `} else if (answer.then === 'sign-in') {
        await inOneStep(store, async (tx) => {
          await tx.outbox.bulkDelete((await tx.outbox.toArray()).map(({ seq }) => seq))
        })
        return { kind: 'signed-out', token }
      }`,
      },
      {
        file: client('push/push-loop'),
        find: `import { type Store } from '../store/store.ts'`,
        put: `import { inOneStep, type Store } from '../store/store.ts'`,
      },
    ],
  },
  {
    name: 'any 200 counts as an answer, a sign-in page as well',
    breaks: ['P2'],
    seed: 'whole-3',
    edits: [
      {
        file: client('push/read-answer'),
        find: '  if (body === undefined) return unreadable\n',
        put: `  if (body === undefined && raw.status === 200)
    return {
      kind: 'page',
      pollInMs: null,
      response: {
        ...{ success: true, conflicts: [], failures: [], settled: [], serverChanges: [], revokedScopes: [], hasMore: true },
        ...{ cursor: null, position: 0, nextSyncTime: '' },
        processed: changeIds.map((changeId) => ({
          ...{ changeId, serverId: changeId, action: 'update', version: 0, outcome: 'applied' },
        })),
      } as never,
    }
  if (body === undefined) return unreadable
`,
      },
    ],
  },
  {
    name: 'a damaged answer is believed',
    breaks: ['P5'],
    seed: 'whole-133',
    edits: [
      {
        file: client('push/read-answer'),
        find: '  if (digest !== contentDigestOf(text)) return undefined\n',
        put: `  if (digest === '') return undefined\n`,
      },
    ],
  },
  {
    name: 'what was acknowledged is not put back after a restore',
    breaks: ['P2'],
    seed: 'whole-8',
    edits: [
      {
        file: client('store/load-anew'),
        find: '    ...kept.map(({ entry }) => again(entry, null, true)),\n',
        put: '',
      },
    ],
  },
  {
    name: 'a store that the platform threw away is begun anew',
    breaks: ['P3'],
    seed: 'whole-109',
    edits: [{ file: client('store/open-store'), find: 'if (!spare) {', put: 'if (spare !== undefined) {' }],
  },
  {
    name: 'a lost wedding stays on the phone',
    breaks: ['P8'],
    seed: 'whole-8',
    edits: [
      {
        file: client('pull/apply-page'),
        find: '      const lost = await lostScopes(tx, device, state)\n',
        put: '      const lost = (await lostScopes(tx, device, state)).slice(0, 0)\n',
      },
    ],
  },
  {
    name: 'what was seen is noted when the change is sent, not when it was made',
    breaks: ['P4'],
    seed: 'whole-336',
    edits: [
      {
        file: client('outbox/take-batch'),
        find: 'isOther ? [] : pickBatch(due, wish).map(frozen)',
        put: `await Promise.all(
      (isOther ? [] : pickBatch(due, wish)).map(async (entry) => {
        const row = await tx.records.get([entry.table, entry.id])
        const { action, data } = entry.change
        if (entry.isFrozen || action !== 'update' || !row?.base || row.version === null) return frozen(entry)
        const base = Object.fromEntries(Object.keys(data).map((name) => [name, row.base![name] ?? null]))
        return frozen({ ...entry, change: { ...entry.change, base, baseVersion: row.version } })
      }),
    )`,
      },
    ],
  },
  {
    name: 'a kept change counts as shared',
    breaks: ['P10'],
    seed: 'whole-74',
    edits: [
      {
        file: client('status/sync-status'),
        find: `if (waiting + kept === 0) return 'Shared'`,
        put: `if (waiting === 0) return 'Shared'`,
      },
    ],
  },
  {
    name: 'an edit leaves the screen with its receipt, before the page that holds it',
    breaks: ['P6'],
    seed: 'whole-35',
    edits: [
      {
        file: client('pull/apply-page'),
        find: '({ receipt }) => receipt && (versionOf(receipt) ?? Infinity) <= position,',
        put: '({ receipt }) => receipt && (versionOf(receipt) ?? 0) <= position + 1_000_000,',
      },
    ],
  },
  {
    name: 'a run of pages is shown page by page',
    breaks: ['P11'],
    seed: 'whole-46',
    edits: [
      {
        file: client('pull/apply-page'),
        find: 'if (!response.hasMore && !(before.isReloading',
        put: 'if (!(before.isReloading',
      },
    ],
  },
  {
    name: 'a group is split between two requests',
    breaks: ['P11'],
    seed: 'whole-71',
    edits: [
      {
        file: client('outbox/take-batch'),
        find: '      if (groupId !== undefined) open.push(...groups.get(groupId)!)\n',
        put: '',
      },
      {
        file: client('outbox/take-batch'),
        find: '(taken.size + unit.length > max ||',
        put: '(taken.size + unit.length > Math.min(max, 2) ||',
      },
    ],
  },
  {
    name: 'dismissing one change takes the whole record’s with it',
    breaks: ['P3'],
    seed: 'whole-228',
    edits: [
      {
        file: client('outbox/dismiss'),
        find: 'await tx.outbox.delete(entry.seq)',
        put: `await tx.outbox.bulkDelete((await tx.outbox.where('[table+id]').equals([entry.table, entry.id]).toArray()).map((one) => one.seq))`,
      },
    ],
  },
  {
    name: 'an upgrade throws away what was not sent',
    breaks: ['P3'],
    seed: 'whole-17',
    edits: [
      {
        file: client('store/restate'),
        find: 'await tx.outbox.bulkPut(entries.map((entry) => entryMeant(device, schema, entry)))',
        put: 'await tx.outbox.clear()',
      },
    ],
  },
  {
    name: 'a record is gone that left one wedding, though the one it entered came first',
    breaks: ['P5'],
    seed: 'an item that moves to a wedding whose first page was read is still there when the old wedding lets it go',
    edits: [
      {
        file: client('pull/apply-page'),
        find: '(row.version === known.version && (row.data !== null || known.data === null))',
        put: 'row.version === known.version',
      },
    ],
  },
  {
    name: 'what had moved into a wedding that is taken away stays in the one it left',
    breaks: ['cycles'],
    seed: 'what moved into a wedding that is taken away meanwhile is gone from the one it left',
    edits: [
      {
        file: client('pull/apply-page'),
        find: 'await tx.staged.bulkPut(rows.map((row) => ({ ...row, data: null })))',
        put: 'await tx.staged.bulkDelete(rows.map(({ table, id }): Key => [table, id]))',
      },
    ],
  },
]
