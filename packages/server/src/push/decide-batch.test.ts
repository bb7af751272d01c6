// A batch is decided once, however many of its actions are undone: what stands before an action is not decided again with it. Here the
// plain way is written down beside it, which begins anew with every action that is undone. However its actions are mixed, nothing is lost.
import { randomUUID } from 'node:crypto'
import type { Collection } from '@wedsync/merge'
import { deriveId, schemaVersionUnsaid, type Json, type JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unchanged } from '../words/words-for.ts'
import { stateFor, type Decide } from './batch-state.ts'
import { recordOf } from './contested-record.ts'
import { decideBatch } from './decide-batch.ts'
import { decideChange } from './decide-change.ts'
import type { Decision } from './decision.ts'
import type { OpenConflict, OpenedBatch, StoredRow } from './opened-batch.ts'
import { readBases, readChanges } from './read-changes.ts'
import { settleGroups } from './settle-groups.ts'
import { withSidesAsTheyStand } from './stands-as.ts'
import { tieActions } from './tie-actions.ts'

const id = (name: string) => deriveId('test', name)
const wedding = id('wedding')
const at = '2026-06-20T09:00:00.000Z'
const collections = new Map<string, Collection>(allCollections.map((one) => [one.name, one]))

const itemOf = (nth: number): StoredRow => ({
  ...{ table: 'timeline_items', id: id(`item ${nth}`), scope: wedding, version: 9 },
  ...{ isDeleted: false, isForeign: false, isVisible: true },
  fields: { client_id: wedding, title: 'Speeches', cue: 'As it stands in town', location: 'Barn' },
  fieldVersions: { cue: 9, title: 5, location: 5 },
  movedBy: {},
})

const openedWith = (rows: number): OpenedBatch => ({
  ...{ open: true, known: {}, role: 'assistant', person: id('assistant'), self: [], scopes: [wedding], leads: [] },
  stored: Array.from({ length: rows }, (_, nth) => itemOf(nth)),
  ...{ holders: [], scopeRecords: {}, awaited: {}, freezes: {}, parents: [], openConflicts: [], decided: [] },
  ...{ again: [], held: [], lostCreates: [] },
  rights: Object.fromEntries(
    allCollections.map(({ name, fieldNames }) => [
      name,
      { writes: [...fieldNames], changes: [...fieldNames], canCreate: true, canDelete: true },
    ]),
  ),
})

type Edit = { item: number; group: string | null; data: JsonObject; base?: JsonObject }

const batchOf = (edits: readonly Edit[], rows: number, known = collections): Decide => {
  const raw = edits.map(({ item, group, data, base = {} }, nth) => ({
    ...{ changeId: id(`change ${nth}`), table: 'timeline_items', id: id(`item ${item}`), action: 'update' },
    ...{ baseVersion: 6, data, base, ...(group !== null && { groupId: id(`group ${group}`) }) },
  }))
  const read = readChanges(raw, {
    ...{ batchId: randomUUID(), collections, schemas: unchanged },
    ...{ version: schemaVersionUnsaid, validateChecksums: false },
  })
  const changes = tieActions(readBases(read))
  return {
    ...{ changes, collections: known, opened: openedWith(rows), strategy: 'merge' },
    ...{ userId: id('assistant'), deviceId: id('phone'), at, retryAt: at },
    detectionFailed: (_, thrown) => {
      throw thrown
    },
  }
}

/** As long as one action more is undone, all of it from the start. */
const decidedPlainly = (of: Decide): Decision[] => {
  const undone = new Map<string, Decision>()
  for (;;) {
    const state = { ...stateFor(of), undone }
    const decisions = of.changes.map((read) => decideChange(read, state))
    const settled = settleGroups(decisions, undone)
    const fresh = settled.filter((one, nth) => one !== decisions[nth] && !undone.has(one.changeId))
    if (fresh.length === 0) return settled.map((decision) => withSidesAsTheyStand(decision, state))
    for (const one of fresh) if (one.read.groupId === fresh[0]!.read.groupId) undone.set(one.changeId, one)
  }
}

/** A field that somebody in town moved meanwhile, one that nobody did, and one that is none. */
const data = fc.constantFrom<JsonObject>({ cue: 'Mine' }, { location: 'Orchard' }, { cue: 'Ours', title: 'Toast' }, { colour: 'red' }) // prettier-ignore
const edit = fc.record({
  item: fc.nat(2),
  group: fc.option(fc.constantFrom('one', 'two', 'three', 'four')),
  data,
  base: fc.constantFrom<JsonObject>({}, { cue: 'Before', location: 'Barn', title: 'Speeches' }),
})
const neighbours = (edits: readonly Edit[]) => edits.toSorted((one, other) => ((one.group ?? '') < (other.group ?? '') ? -1 : 1)) // prettier-ignore

test.each([
  ['whose actions are neighbours', neighbours],
  ['whose actions are mixed', (edits: readonly Edit[]) => [...edits]],
])('[P11] [P13] a batch %s comes out as if it were decided anew with every action that is undone', (_, inOrder) => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 16 }), (edits) => {
      const of = batchOf(inOrder(edits), 3)
      expect(decideBatch(of)).toEqual(decidedPlainly(of))
    }),
    { numRuns: 300 },
  )
})

/** What waits after a batch, as it is written down. */
const waitingAfter = (decisions: readonly Decision[]): OpenConflict[] => {
  const waiting: OpenConflict[] = []
  for (const { conflict, conflictUpdates } of decisions) {
    if (conflict?.status === 'pending') waiting.push(structuredClone(conflict))
    for (const { conflictId, sides, more } of conflictUpdates) {
      const asked = waiting.find((one) => one.conflictId === conflictId)!
      for (const { place, client } of sides) asked.fields[place] = { ...asked.fields[place]!, client }
      asked.fields.push(...more)
    }
  }
  return waiting
}

/** The same, every value said by one edit only. */
const toldApart = (edits: readonly Edit[]): Edit[] =>
  edits.map((one, nth) => ({
    ...one,
    data: Object.fromEntries(Object.entries(one.data).map(([field, value]) => [field, `${value as string} ${nth}`])),
  }))

test('[P4] [P11] of actions that are mixed nothing is lost, and each is in as a whole or waits as a whole', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 16 }), (mixed) => {
      const edits = toldApart(mixed)
      const decisions = decideBatch(batchOf(edits, 3))
      const waiting = waitingAfter(decisions)
      const isFailed = (nth: number) => decisions[nth]!.receipt.kind === 'failed'
      const sides = waiting.flatMap((one) => one.fields.map((side) => ({ ...side, id: recordOf(one, side).id })))
      const isAsked = (item: number, field: string, value: Json) =>
        sides.some((side) => side.id === id(`item ${item}`) && side.field === field && side.client === value)
      for (const [nth, { item, data }] of edits.entries())
        for (const [field, value] of Object.entries(data)) {
          const isSaidAnew = edits.some((later, at) => at > nth && later.item === item && Object.hasOwn(later.data, field) && !isFailed(at)) // prettier-ignore
          if (isFailed(nth) || isSaidAnew) continue
          const { receipt, write } = decisions[nth]!
          // what nobody contests of an action that waits stands in the ledger, and goes in with it
          const isBeside = receipt.kind === 'waiting' && field !== 'cue' && !write
          expect(isBeside || write?.data[field] === value || isAsked(item, field, value), `${field} of ${nth}`).toBe(true) // prettier-ignore
        }
      for (const members of Map.groupBy(decisions, ({ read }) => read.groupId ?? read.changeId).values())
        expect(new Set(members.map(({ receipt }) => receipt.kind)).size).toBe(1)
    }),
    { numRuns: 300 },
  )
})

test('[P14] twice as many actions that wait for a person are no more than twice the work', () => {
  const work = (actions: number) => {
    let looks = 0
    const counting = new (class extends Map<string, Collection> {
      override get(name: string) {
        looks += 1
        return super.get(name)
      }
    })(collections)
    const edits = Array.from({ length: actions }, (_, nth): Edit[] => [
      { item: nth, group: String(nth), data: { cue: 'Mine' }, base: { cue: 'Before' } },
      { item: nth, group: String(nth), data: { location: 'Orchard' }, base: { location: 'Barn' } },
    ]).flat()
    const decisions = decideBatch(batchOf(edits, actions, counting))
    expect(decisions.every(({ receipt }) => receipt.kind === 'waiting')).toBe(true)
    return looks
  }
  expect(work(80) / work(40)).toBeLessThan(2.2)
})
