// What could be wrong with the server: how it decides, groups, tries again and answers.
import type { Variant } from './variant.ts'

const server = (file: string) => `packages/server/src/${file}.ts`
const merge = (file: string) => `packages/merge/src/${file}.ts`

export const variantsOfTheServer: readonly Variant[] = [
  {
    name: 'last write wins',
    breaks: ['P4'],
    seed: 'whole-2',
    edits: [
      {
        file: merge('contested-fields'),
        find: 'if (hasMoved(seen, name) === false) return',
        put: 'if (hasMoved(seen, name) !== undefined) return',
      },
      {
        file: 'tests/simulation/model/batch.ts',
        find: 'if (place.position > baseVersion && isMoved) return false\n',
        put: '',
      },
    ],
  },
  {
    name: 'conflicts are decided by the clocks of the phones',
    breaks: ['P13'],
    seed: 'whole-2',
    edits: [
      {
        file: server('push/judge-change'),
        find: '      strategy,\n      sides,',
        put: `      strategy:
        strategy === 'merge' && change.timestamp
          ? Date.parse(change.timestamp) % 2 === 0
            ? 'client_wins'
            : 'server_wins'
          : strategy,
      sides,`,
      },
    ],
  },
  {
    name: 'an edit brings back what somebody deleted',
    breaks: ['P4'],
    seed: 'whole-23',
    edits: [
      {
        file: merge('contested-fields'),
        find: `  if (stored.isDeleted && change.action === 'update') return allOf(seen, 'edit_deleted', Object.keys(change.data))
  if (stored.isDeleted)`,
        put: '  if (stored.isDeleted)',
      },
      {
        file: merge('resolve-conflict'),
        find: `if (change.action === 'restore' && stored.isDeleted) {`,
        put: `if (stored.isDeleted) {`,
      },
    ],
  },
  {
    name: 'a delete takes along what its author never saw',
    breaks: ['P4'],
    seed: 'whole-6',
    edits: [
      {
        file: merge('contested-fields'),
        find: `  if (moved.length === 0) return { kind: null, clean: {}, agreed: [], contested: [] }
  const contested = moved`,
        put: `  if (moved.length >= 0) return { kind: null, clean: {}, agreed: [], contested: [] }
  const contested = moved`,
      },
    ],
  },
  {
    name: 'a rule answers what nobody wrote',
    breaks: ['P12'],
    seed: 'whole-131',
    edits: [
      {
        file: merge('rules/set'),
        find: 'kept.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry),',
        put: `[...kept.map(([, entry]) => entry), 'and a guess'],`,
      },
    ],
  },
  {
    name: 'a change that is known already is refused',
    breaks: ['P3'],
    seed: 'whole-5',
    edits: [
      {
        file: server('push/decide-change'),
        find: 'known.isOwn && known.hash === sent.hash ? replay(sent, known)',
        put: `known.isOwn && known.hash === '' ? replay(sent, known)`,
      },
    ],
  },
  {
    name: 'whoever decides leaves out without a word what they may not write',
    breaks: ['P3'],
    seed: 'whoever decides leaves nothing out without a word',
    edits: [
      {
        file: server('push/decide-conflict'),
        find: "return closed ? forbidden(closed[0]) : asWrite('create', Object.fromEntries(given))",
        put: `return asWrite('create', Object.fromEntries(given))`,
      },
    ],
  },
  {
    name: 'whoever decides is told that the edits of a group are back which deletes what it edited',
    breaks: ['P3'],
    seed: 'who does away in one action with what they changed in it is not told that it is back',
    edits: [
      {
        file: server('push/decide-conflict'),
        find: 'const isDelete = field.client === undefined || deleted.has(keyOf(recordOf(conflict, field)))',
        put: 'const isDelete = field.client === undefined',
      },
    ],
  },
  {
    name: 'a group goes in without its failed member',
    breaks: ['P11'],
    seed: 'whole-6',
    edits: [
      {
        file: server('push/settle-groups'),
        find: 'if (group === null || decision.isReplay) return decision',
        put: 'if (group !== undefined || decision.isReplay) return decision',
      },
    ],
  },
  {
    name: 'a group is tried again member by member',
    breaks: ['P11'],
    seed: 'whole-231',
    edits: [
      {
        file: server('retry/retry-kept'),
        find: `...Map.groupBy(changes, ({ changeId, more }) => more?.['groupId'] ?? changeId).values(),`,
        put: '...changes.map((change) => [change]),',
      },
      {
        file: server('retry/retry-kept'),
        find: 'set.wasLost ? 1 : changesPerBatchMax',
        put: '1',
      },
    ],
  },
  {
    name: 'an answer goes out though the commit failed',
    breaks: ['P2'],
    seed: 'whole-1225',
    edits: [
      {
        file: server('db/in-transaction'),
        find: `    const { command } = await tx.query('commit')
    if (command !== 'COMMIT') throw new Error(\`the transaction ended with \${command}\`)
    return answer`,
        put: `    await tx.query('commit').catch(() => undefined)
    return answer`,
      },
    ],
  },
  {
    name: 'what the database refused is told to be done',
    breaks: ['P2'],
    seed: '1047',
    edits: [
      {
        file: server('push/write-decisions'),
        find: `decision.isReplay ? decision.receipt.kind !== 'failed' : decision.isStored`,
        put: `Object.keys(faults).length > 0 ? false : decision.isStored`,
      },
    ],
  },
  {
    name: 'who left the company keeps what they made to themselves',
    breaks: ['P14'],
    seed: 'whole-8',
    edits: [
      {
        file: server('push/receive-batch'),
        find: 'if (!(thrown instanceof Stranger) || isWhole',
        put: 'if (thrown instanceof Error || isWhole',
      },
    ],
  },
  {
    name: 'a double goes in without a word',
    breaks: ['doubles'],
    seed: '9',
    edits: [
      {
        file: server('push/made-twice'),
        find: 'if (!double) return null',
        put: 'if (double !== undefined) return null',
      },
    ],
  },
  {
    name: 'whoever comes second to a seat only fails',
    breaks: ['doubles'],
    seed: '87',
    edits: [
      {
        file: server('push/give-way'),
        find: 'if (!taken || taken.yields === null) return null',
        put: 'if (taken || !taken) return null',
      },
    ],
  },
  {
    name: 'whoever comes second to a seat has none, and nobody hears of it',
    breaks: ['doubles'],
    seed: '87',
    edits: [
      {
        file: server('push/decide-change'),
        find: "if (!without) return written(read, 'applied', scope, write)",
        put: "if (state) return written(read, 'applied', scope, write)",
      },
    ],
  },
  // the next two were faults of the engine, found here
  {
    name: 'a phone that loads anew is not told what ended while it handed in',
    breaks: ['P14'],
    seed: 'a phone that loads anew is told what ended while it handed in',
    edits: [
      {
        file: server('http/routes/sync-push'),
        find: '...(!cursor && { open: openOf(decisions) }),',
        put: '...(!cursor && openOf(decisions).length < 0 && { open: [] }),',
      },
    ],
  },
  {
    name: 'an older app is told in words it does not know',
    breaks: ['P5'],
    seed: 'whole-12',
    edits: [
      {
        file: server('pull/read-page'),
        find: 'changesJson: words.past ? toldRows(words.past, changesJson) : changesJson,',
        put: 'changesJson,',
      },
    ],
  },
  {
    name: 'what an older app could not see is taken for seen',
    breaks: ['P4'],
    seed: 'whole-747',
    edits: [
      {
        file: merge('schema/translate-edit'),
        find: 'if (!wording.standsFor(saw, over)) return wording.keepsRest ? wording.laid(saw, over) : plain',
        put: 'if (!wording.standsFor(saw, over)) return over',
      },
    ],
  },
  {
    name: 'an older app that deletes after a reset takes along what it has no place for',
    breaks: ['P4'],
    seed: 'a delete from an older app put back after a reset takes nothing along that its app has no place for',
    edits: [
      {
        file: server('push/judge-change'),
        find: `  change.action === 'delete' &&\n  (change.fromBefore`,
        put: '  false &&\n  (change.fromBefore',
      },
    ],
  },
  {
    name: 'groups of a batch are settled all at once',
    breaks: ['P13'],
    seed: 'what becomes of a group does not hang on whether another one came in the same request',
    edits: [
      {
        file: server('push/decide-batch'),
        find: 'of stretchesOf(of.changes)',
        put: 'of of.changes.length > 0 ? [of.changes] : []',
      },
      {
        file: server('push/decide-batch'),
        find: 'if (one.read.groupId === first) undone',
        put: 'undone',
      },
    ],
  },
  {
    name: 'a later edit in a group does not take the place of its author’s side',
    breaks: ['P13'],
    seed: 'a later edit in a group takes the place of its side',
    edits: [
      {
        file: server('push/decide-change'),
        find: 'replaceAgain(undone.conflictUpdates, [...state.openConflicts, ...state.toDecide])',
        put: 'void replaceAgain',
      },
    ],
  },
  {
    name: 'a decision does not hear of the edit before it in the same batch',
    breaks: ['P13'],
    seed: 'a decision hears of the edits before it in the same request',
    edits: [
      {
        file: server('push/stands-as'),
        find: '  for (const conflict of moves) conflict.version += 1\n',
        put: '',
      },
      // the database would not have it, and what came behind it would be decided again
      {
        file: server('push/receive-batch'),
        find: 'if (othersBehind(fresh, written.decisions))',
        put: 'if (othersBehind(fresh, written.decisions) && fresh.length < 0)',
      },
      // who may read a note is asked about, as when this run was found
      {
        file: 'packages/wedding/src/note.ts',
        find: `.merges(leastGiven(...fewestFirst)).trusts('owner').weighs('critical').guarded().approvedBy(managers, isMadeWider)`,
        put: `.merges(scalar).trusts('owner').weighs('critical').guarded()`,
      },
    ],
  },
  {
    name: 'what came behind a refused change stands as it was decided with it',
    breaks: ['P13'],
    seed: 'history-249',
    edits: [
      // seats that are taken are refused by the database alone, as when this run was found
      {
        file: server('push/find-holders'),
        find: 'if (!claims) return opened',
        put: 'if (claims !== undefined) return opened',
      },
      {
        file: server('push/receive-batch'),
        find: 'if (written.clashed.some((unit) => !clashed.has(unit)))',
        put: 'if (written.clashed.length < 0)',
      },
      {
        file: server('push/receive-batch'),
        find: 'if (othersBehind(fresh, written.decisions))',
        put: 'if (othersBehind(fresh, written.decisions) && fresh.length < 0)',
      },
    ],
  },
  {
    name: 'two look at the same seat at one moment, and one of them only waits',
    breaks: ['P13'],
    seed: '898',
    edits: [
      {
        file: server('push/claims-for'),
        find: 'const inTurn = turnsFor(changes, { stored, decided }, collections)',
        put: 'const inTurn: Claims["inTurn"] = []',
      },
    ],
  },
  {
    name: 'what a batch itself wrote is still somebody else’s for the changes behind it',
    breaks: ['P13'],
    seed: 'whole-1144',
    edits: [
      {
        file: server('push/stands-as'),
        find: '  row.movedBy = { ...row.movedBy, ...movedByCaller(Object.keys(data), row.scope, write.changeId, state) }\n',
        put: '',
      },
    ],
  },
  {
    name: 'what nobody wrote is told as written',
    breaks: ['P2'],
    seed: 'what was made and done away with in one action is not told as written once somebody decides',
    edits: [
      {
        file: server('push/endings-for'),
        find: `written.has(keyOf(change)) ? 'applied' : 'already_applied'`,
        put: `'applied'`,
      },
    ],
  },
  {
    name: 'beside a group that waits stands what the group itself wanted',
    breaks: ['P13'],
    seed: 'parts-876',
    edits: [
      {
        file: server('push/whole-action'),
        find: 'if (!row?.fields || row.isDeleted) return undefined',
        put: 'if (row !== null) return undefined',
      },
    ],
  },
  {
    name: 'a proposal goes in at once',
    breaks: ['freeze'],
    seed: '56',
    edits: [{ file: merge('hold-back'), find: 'if (held.size === 0) return', put: 'if (held.size >= 0) return' }],
  },
  {
    name: 'anybody who plans decides about what is frozen',
    breaks: ['freeze'],
    seed: '6949',
    edits: [
      {
        file: server('push/held-decisions'),
        find: 'return !freezeDeciders.includes(authority)',
        put: 'return freezeDeciders.length === 0',
      },
      {
        file: server('push/decide-conflict'),
        find: 'isHeldWrite(write, known)',
        put: 'isHeldWrite(write, known) && !write',
      },
      {
        file: 'tests/simulation/model/review.ts',
        find: `role !== 'owner' && !leads.includes`,
        put: `role === 'nobody' && !leads.includes`,
      },
    ],
  },
  {
    name: 'nobody keeps whose the sides of a conflict were',
    breaks: ['explained'],
    seed: 'history-2',
    edits: [
      {
        file: merge('resolve-conflict'),
        find: '  client: told(client),\n',
        put: '  client: told({ ...client, role: undefined }),\n',
      },
    ],
  },
  {
    name: 'what a decision makes is made without waiting its turn',
    breaks: ['P13'],
    seed: 'who makes a guest at the moment somebody decides about another of that name hears of that one',
    edits: [
      {
        file: server('push/claims-for'),
        find: `collection && action === 'create' && data ?`,
        put: `collection && action === 'create' && data && conflict.changes.length < 0 ?`,
      },
      {
        file: server('push/turns-for'),
        find: '(isAskedAbout(collections.get(table)) ? [{ table, wedding: scope }] : [])',
        put: '(isAskedAbout(collections.get(table)) && scope.length < 0 ? [{ table, wedding: scope }] : [])',
      },
    ],
  },
  {
    name: 'nobody looks whether what waits for what goes round in a circle',
    breaks: ['circles'],
    seed: 'links-3',
    edits: [
      {
        file: server('push/closes-circle'),
        find: '  if (collection.acyclic === null) return null\n',
        put: '  if (collection.acyclic !== undefined) return null\n',
      },
    ],
  },
  {
    name: 'what is going to leave, if nobody minds, is taken to be gone',
    breaks: ['circles', 'P13'],
    seed: 'nothing waits for itself because something was going to leave and stayed',
    edits: [
      {
        file: server('push/leaving-after'),
        find: '      one.groupId === groupId &&\n      one.index > index &&',
        put: '      one.index > index &&',
      },
      {
        file: server('push/leaving-after'),
        find: 'if (groupId === null || clashed?.has(groupId)) return false',
        put: 'if (clashed?.has(groupId ?? "")) return false',
      },
    ],
  },
  {
    name: 'a conflict does not hear that its record goes in the same request',
    breaks: ['P13'],
    seed: 'what waits about a record is about one that is gone as soon as its author deletes it in the same request',
    edits: [
      {
        file: server('push/stands-as'),
        find: 'if (keyOf(conflict) === keyOf(row)) conflict.kind',
        put: 'if (keyOf(conflict) === action) conflict.kind',
      },
    ],
  },
  {
    name: 'what a delete empties in a request was emptied by nobody',
    breaks: ['P13'],
    seed: 'whoever deletes a vendor and then gives an item another one has no quarrel with themselves in one request either',
    edits: [
      {
        file: server('push/stands-as'),
        find: "standsAs(row, { changeId, table: row.table, id: row.id, action: 'update', data: { [field]: null } }, state)",
        put: 'row.fields = { ...row.fields, [field]: null, id: changeId }',
      },
    ],
  },
  {
    name: 'an action that says more about what waits is asked about in two places',
    breaks: ['P11'],
    seed: 'an action that says more about what waits is decided as one whatever else of it somebody contests',
    edits: [
      {
        file: server('push/whole-action'),
        find: '= inOneConflict(decision, members, state)',
        put: '= [decision, inOneConflict][0] as Decision',
      },
    ],
  },
]
