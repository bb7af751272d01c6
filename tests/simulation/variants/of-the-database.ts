// What could be wrong with the engine's part inside the database. The model of it is spoilt, where the functions in
// supabase/sql say the same in SQL.
import type { Variant } from './variant.ts'

const model = (file: string) => `tests/simulation/model/${file}.ts`

export const variantsOfTheDatabase: readonly Variant[] = [
  {
    name: 'no ledger: what is sent again is done again',
    breaks: ['P1'],
    seed: 'whole-4',
    edits: [
      {
        file: model('batch'),
        find: `    if (tx.get('ledger', key)) throw knownChange()\n`,
        put: '',
      },
      {
        file: model('open-batch'),
        find: 'if (!row || known[changeId]) continue',
        put: 'if (!row || known[changeId] || changeId !== changeIds[-1]) continue',
      },
      { file: model('settle-decisions'), find: 'if (known) throw knownChange()', put: '' },
    ],
  },
  {
    name: 'the ledger is written in another transaction, after the rows',
    breaks: ['P1'],
    seed: 'whole-38',
    edits: [
      {
        file: model('state'),
        find: `        for (const [kind, table] of written) for (const [key, value] of table) put(kind, key, value)
        const told = written`,
        put: `        const later = written.get('ledger')
        if (written.has('row')) written.delete('ledger')
        for (const [kind, table] of written) for (const [key, value] of table) put(kind, key, value)
        const ofBefore = content
        if (later && !written.has('ledger'))
          timeOutSoon(() => {
            if (content !== ofBefore) return
            for (const [key, value] of later) put('ledger', key, value)
            committed(new Map([['ledger', later]]))
          })
        const told = written`,
      },
      {
        file: model('state'),
        find: '  const begin = (): Tx => {',
        put: `  const timeOutSoon = (run: () => void) => void globalThis.setTimeout(run, 400)
  const begin = (): Tx => {`,
      },
    ],
  },
  {
    name: 'positions are handed out before the commit',
    breaks: ['P5'],
    seed: 'whole-1720',
    edits: [
      {
        file: model('capture'),
        find: '  await tx.lock(`clock/${organizationId}`)\n',
        put: '',
      },
      {
        file: model('capture'),
        find: '  const head = clock.head + count\n',
        put: `  const head = Math.max(clock.head, handedOut.get(tx) ?? 0, newest.get(organizationId) ?? 0) + count
  newest.set(organizationId, head)
  handedOut.set(tx, head)
`,
      },
      {
        file: model('capture'),
        find: '  return clock.head\n',
        put: '  return head - count\n',
      },
      {
        file: model('capture'),
        find: '/** Takes the clock, hands out places',
        put: `const newest = new Map<string, number>()
const handedOut = new WeakMap<object, number>()
/** Takes the clock, hands out places`,
      },
    ],
  },
  {
    name: 'no marks: a restored server is not noticed',
    breaks: ['P9'],
    seed: 'whole-8',
    edits: [
      {
        file: model('order'),
        find: 'if (cursor.markAt > 0 && mark?.mark !== cursor.mark) return',
        put: 'if (cursor.markAt > 0 && mark?.mark === undefined && cursor.mark === undefined) return',
      },
    ],
  },
  {
    name: 'tombstones are dropped, and no cursor hears of it',
    breaks: ['P5'],
    seed: 'whole-32',
    edits: [
      {
        file: model('cleanup'),
        find: `{ ...clock, horizon: Math.max(clock.horizon, position) }`,
        put: 'clock',
      },
      { file: model('cleanup'), find: `  for (const [key] of marks) tx.remove('mark', key)\n`, put: '' },
    ],
  },
  {
    name: 'time empties the quarantine',
    breaks: ['P3'],
    seed: 'whole-24',
    edits: [
      {
        file: model('cleanup'),
        find: `row.status !== 'completed' || (row.data === null && row.base === null)`,
        put: `row.data === null`,
      },
    ],
  },
  {
    name: 'a row moves to another wedding, and the old one is told nothing',
    breaks: ['P5'],
    seed: 'whole-84',
    edits: [{ file: model('capture'), find: '[...others, left, entered]', put: '[...others, entered]' }],
  },
  {
    name: 'who loses sight of a record is not remembered',
    breaks: ['P5'],
    seed: 'whole-5',
    edits: [{ file: model('sight'), find: 'lost: [...lost, ...gone]', put: 'lost' }],
  },
  {
    name: 'the page asks nobody whether he may see the record',
    breaks: ['P7'],
    seed: 'whole-3',
    edits: [
      {
        file: model('pages'),
        find: 'const sees = place.gone === null && overlaps(place.audience, audiences)',
        put: 'const sees = place.gone === null',
      },
      {
        file: model('pages'),
        find: ' || !overlaps(here.audience, caller.audiences)) return null',
        put: ') return null',
      },
    ],
  },
  {
    name: 'the page holds every field, whoever reads it',
    breaks: ['P7'],
    seed: 'whole-3',
    edits: [
      {
        file: model('pages'),
        find: 'return readableRow(collection, caller.role, row)',
        put: `return readableRow(collection, 'owner', row)`,
      },
    ],
  },
  {
    name: 'set_config for the session: who asked before on this connection is who asks',
    breaks: ['P7'],
    seed: 'whole-3',
    edits: [
      {
        file: model('model-database'),
        find: '(caller = describeCaller(tx!, claims as string))',
        put: `(caller = describeCaller(
        tx!,
        number % 5 === 0 && claimsBefore !== '' ? claimsBefore : (claimsBefore = claims as string),
      ))`,
      },
      {
        file: model('model-database'),
        find: '  let lastSession = 0\n',
        put: `  let lastSession = 0\n  let claimsBefore = ''\n`,
      },
    ],
  },
  {
    name: 'what a person lost is not told: no revoked scopes',
    breaks: ['P8'],
    seed: 'whole-8',
    edits: [
      {
        file: model('pages'),
        find: 'position, scopes: told, revoked, hasMore }',
        put: 'position, scopes: told, revoked: [], hasMore }',
      },
    ],
  },
  {
    name: 'records are not locked while a batch is decided',
    breaks: ['P4'],
    seed: '274',
    edits: [
      {
        file: model('open-batch'),
        find: '      await (toDelete ? tx.lockWhole(key) : tx.lock(key))\n',
        put: '',
      },
    ],
  },
  {
    name: 'a page is read as two snapshots: rows as they are a moment later',
    breaks: ['P6', 'cycles'],
    seed: 'whole-22',
    edits: [
      {
        file: model('pages'),
        find: '...{ version: place.position, data,',
        put: '...{ version: Math.max(1, place.position - (place.position % 3)), data,',
      },
    ],
  },
  {
    name: 'what was decided for a change that waited is not told its device',
    breaks: ['P14'],
    seed: 'whole-4',
    edits: [
      {
        file: model('decisions'),
        find: `{ status: 'completed', errorCode: null, settledPosition: head }`,
        put: `{ status: 'completed', errorCode: null, settledPosition: null }`,
      },
    ],
  },
  {
    name: 'a change is told to be kept, and no second try is planned',
    breaks: ['P14'],
    seed: 'whole-68',
    edits: [
      {
        file: model('settle-decisions'),
        find: 'nextAttemptAt: retryAt ?? now + 35 * dayMs, awaits }',
        put: 'nextAttemptAt: now + 35 * dayMs, awaits: null }',
      },
    ],
  },
  {
    name: 'a lost lease is never taken over',
    breaks: ['P14'],
    seed: '3802',
    edits: [
      {
        file: model('retries'),
        find: '(row.leasedUntil === null || row.leasedUntil < now)',
        put: 'row.leasedUntil === null',
      },
    ],
  },
  {
    name: 'what stood there already is behind no mark',
    breaks: ['P2', 'P3'],
    seed: 'what stood there already is behind a mark, so that a server which lost the answer is noticed',
    edits: [
      {
        file: model('batch'),
        find: '  if (written.flat().every(([, , hasMoved]) => !hasMoved)) await tick(of, caller.organizationId, 1)\n',
        put: '  void tick\n',
      },
    ],
  },
  {
    name: 'of batches that go together each writes over what the one before it wrote',
    breaks: ['P4'],
    seed: '491',
    edits: [
      {
        file: model('batch'),
        find: `    if (changes.some(({ id }) => tx.get('row', rowKey(table, id)) !== seen.get(rowKey(table, id)))) throw hidden()\n`,
        put: '    void seen\n',
      },
    ],
  },
  {
    name: 'whoever left hands over only from a phone the database knows',
    breaks: ['P2'],
    seed: 'whoever left hands over from a phone that an older copy of the database does not know',
    edits: [
      { file: model('retries'), find: `(tx.get('device', device) || belonged)`, put: `tx.get('device', device)` },
    ],
  },
  {
    name: 'who may decide hangs on how near the day is',
    breaks: ['P13'],
    seed: 'who may decide does not hang on how near the day is',
    edits: [
      {
        file: model('review'),
        find: 'level ?? (fields.some((one) => one.level !== undefined) ? null : severity)',
        put: 'level ?? (fields.length < 0 ? null : severity)',
      },
      // a guest of whom only so much is asked that the day makes the difference
      { file: 'packages/wedding/src/guest.ts', find: `wholeWeighs: 'critical'`, put: `wholeWeighs: 'high'` },
    ],
  },
  {
    name: 'the fast path does not look whether the plan is frozen',
    breaks: ['freeze'],
    seed: '56',
    edits: [
      {
        file: model('batch'),
        find: `  if (caller.role !== 'owner' && isHeldPerhaps(of, question)) return '{"open": true}'\n`,
        put: '  void isHeldPerhaps\n',
      },
    ],
  },
  {
    name: 'whoever waited for a lock is still who they were before',
    breaks: ['P13'],
    seed: 'what is a vendors own no longer when their turn comes is not asked about it fails as in a request of its own',
    edits: [{ file: model('open-batch'), find: '  lookAgainAt(of)\n', put: '  void lookAgainAt\n' }],
  },
  {
    name: 'two who come about what is gone are let in together',
    breaks: ['P13'],
    seed: 'parts-31145',
    edits: [{ file: 'tests/simulation/model/open-batch.ts', find: 'await lockGone(of, named)', put: 'void lockGone' }],
  },
]
