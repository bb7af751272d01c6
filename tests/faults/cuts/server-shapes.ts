// What the server does by itself, or for somebody without an outbox: another try of what is kept, by its own rounds or by hand, a
// discard, a look at how it stands, old records that are forgotten. Asked again after a cut, none of it happens twice or half.
import { randomUUID } from 'node:crypto'
import { SyncOptions } from '@wedsync/protocol'
import { expect } from 'vitest'
import { createLines } from '../../../packages/server/src/admission/create-lines.ts'
import { endless } from '../../../packages/server/src/admission/patience.ts'
import { createTurns } from '../../../packages/server/src/admission/take-turns.ts'
import { callerFor } from '../../../packages/server/src/auth/caller.ts'
import { turnsOfOrganization } from '../../../packages/server/src/limits.ts'
import { createReceiveBatch } from '../../../packages/server/src/push/receive-batch.ts'
import { createForgetOld } from '../../../packages/server/src/retention/forget-old.ts'
import { createRetryKept } from '../../../packages/server/src/retry/retry-kept.ts'
import { agency, endings } from '../../../packages/server/src/testing/a-wedding.ts'
import type { CutWorld } from './a-cut-world.ts'
import { expectNothingOpen } from './cut-through.ts'
import { aDisagreement } from './decision-shapes.ts'
import { word } from './device-shapes.ts'
import { expectStands, over, type Shape } from './shape.ts'

const wentWell = (round: () => Promise<unknown>): Promise<boolean> =>
  round().then(
    () => true,
    () => false,
  )

/** An edit that names a vendor who is not here yet. */
const aKept = async (world: CutWorld) => {
  const assistant = await world.other('assistant')
  return async () => {
    const [item, vendorId] = [world.anItem(), randomUUID()]
    await assistant.hears()
    const change = assistant.edits(item, { vendor_id: vendorId })
    const { body } = await assistant.sends([change])
    expect(body.failures).toMatchObject([{ code: 'missing_parent', kept: true }])
    return { assistant, item, vendorId, changeId: change.changeId }
  }
}

/** And then the vendor is. */
const comes = ({ wedding, scope }: CutWorld, vendorId: string) =>
  wedding.sql(
    `insert into public.vendor_contacts (id, organization_id, client_id, company)
     select $1, organization_id, id, 'By hand' from public.clients where id = $2`,
    [vendorId, scope],
  )

/** Four phones of one company that come at once: the first goes alone, and meanwhile the others wait for the same turn. */
export const batchesTogether = async (world: CutWorld): Promise<Shape> => {
  const phones = [await world.other('planner'), await world.other('assistant'), await world.other('planner')]
  const all = [...phones, await world.other('owner')]
  const lines = createLines({ breaker: { isClosed: () => true, openForSeconds: () => 0 }, ...world.rounds })
  const turns = createTurns({ ...turnsOfOrganization, atOnce: 1 }, (why) => new Error(why))
  const receive = createReceiveBatch({ ...world.rounds, lines: { ...lines, turnsOfOrganization: turns } })
  return {
    name: 'plain batches of several phones that go together',
    prepares: async () => {
      const made = await Promise.all(
        all.map(async (phone) => {
          const [item, location] = [world.anItem(), word()]
          await phone.hears()
          const changes = [phone.edits(item, { location }), phone.creates('notes', { client_id: world.scope, body: location })] // prettier-ignore
          return { phone, item, location, changes, batchId: randomUUID() }
        }),
      )
      return {
        asks: async () => {
          const answers = await Promise.allSettled(
            made.map(({ phone, changes, batchId }) =>
              receive(
                callerFor(phone.userId, agency.organization.id),
                {
                  ...{ requestId: 'r', sessionId: 's', batchId, deviceId: phone.deviceId, deviceInfo: undefined, cursor: null, lastSyncTime: null, changes, options: SyncOptions.parse({}) }, // prettier-ignore
                },
                endless,
              ),
            ),
          )
          return answers.every(({ status }) => status === 'fulfilled')
        },
        holds: async () => {
          const done = { status: 'completed', lines: 1, conflicts: 0 }
          const ids = made.flatMap(({ changes }) => changes.map(({ changeId }) => changeId))
          await expectStands(world, Object.fromEntries(ids.map((id) => [id, done])))
          for (const { item, location } of made)
            expect(await world.wedding.stored('timeline_items', item.id)).toMatchObject({ location })
        },
      }
    },
  }
}

export const retryOfKept = async (world: CutWorld): Promise<Shape> => {
  const keeps = await aKept(world)
  const retries = createRetryKept(world.rounds)
  // what others left behind is not tried now
  await world.wedding.sql(
    `update public.offline_sync_queue set next_attempt_at = now() + interval '1 day' where status = 'pending'`,
  )
  return {
    name: 'another try of what is kept, by the server itself',
    prepares: async () => {
      const { item, vendorId, changeId } = await keeps()
      await comes(world, vendorId)
      const statusOf = async () => (await world.wedding.ledger(changeId))[0]!.status
      return {
        asks: async () => {
          await wentWell(retries)
          if ((await statusOf()) === 'completed') return true
          // whoever held it is gone: time passes, and its lease runs out
          for (const [status, passes] of [
            ['processing', 'leased_until'],
            ['pending', 'next_attempt_at'],
          ])
            await world.wedding.sql(
              `update public.offline_sync_queue set ${passes} = now() - interval '1 second' where change_id = $1 and status = $2`,
              [changeId, status],
            )
          return false
        },
        holds: async () => {
          await expectStands(world, { [changeId]: { status: 'completed', lines: 1, conflicts: 0 } })
          expect(await world.wedding.stored('timeline_items', item.id)).toMatchObject({ vendor_id: vendorId })
          const [row] = await world.wedding.sql('select lease, leased_until from public.offline_sync_queue where change_id = $1', [changeId]) // prettier-ignore
          expect(row).toEqual({ lease: null, leased_until: null })
        },
      }
    },
  }
}

export const triedByHand = async (world: CutWorld): Promise<Shape> => {
  const keeps = await aKept(world)
  return {
    name: 'a kept change that its author tries once more',
    prepares: async () => {
      const { assistant, item, vendorId, changeId } = await keeps()
      await comes(world, vendorId)
      const cut = world.cut.phoneAs(assistant)
      return {
        asks: over(() => cut.asks(`/api/offline/retry/${changeId}`, { method: 'POST' })),
        holds: async () => {
          await expectStands(world, { [changeId]: { status: 'completed', lines: 1, conflicts: 0 } })
          expect(await world.wedding.stored('timeline_items', item.id)).toMatchObject({ vendor_id: vendorId })
        },
      }
    },
  }
}

export const status = async (world: CutWorld): Promise<Shape> => {
  const planner = await world.other('planner')
  const cut = world.cut.phoneAs(planner)
  const disagrees = await aDisagreement(world)
  return {
    name: 'how it stands with a device, and what waits for a person',
    prepares: async () => {
      const { item } = await disagrees()
      const heard: string[] = []
      const asks = async (path: string) => {
        const { status, text } = await cut.asks(path)
        heard.push(text)
        return status === 200
      }
      return {
        asks: async () =>
          (await asks(`/api/offline/status/${planner.userId}`)) && (await asks('/api/offline/conflicts?limit=100')),
        holds: () => {
          expect(heard.at(-2)).toContain(planner.userId)
          expect(heard.at(-1)).toContain(item.id)
        },
      }
    },
  }
}

export const discard = async (world: CutWorld): Promise<Shape> => {
  const keeps = await aKept(world)
  return {
    name: 'a kept change that its author gives up',
    prepares: async () => {
      const { assistant, item, vendorId, changeId } = await keeps()
      const cut = world.cut.phoneAs(assistant)
      return {
        asks: over(() => cut.asks(`/api/offline/retry/${changeId}`, { method: 'DELETE' })),
        holds: async () => {
          await expectStands(world, { [changeId]: { status: 'failed', lines: 0, conflicts: 0, code: 'discarded' } })
          expect(await world.wedding.stored('timeline_items', item.id)).not.toMatchObject({ vendor_id: vendorId })
        },
      }
    },
  }
}

export const cleanup = async (world: CutWorld): Promise<Shape> => {
  const forgets = createForgetOld(world.rounds.database, () => undefined)
  const planner = await world.other('planner')
  return {
    name: 'old records that are forgotten',
    prepares: async () => {
      const note = planner.creates('notes', { client_id: world.scope, body: 'Of long ago' })
      const open = planner.creates('timeline_items', {
        client_id: world.scope,
        title: 'Later',
        vendor_id: randomUUID(),
      })
      expect(endings(await planner.sends([note, open]), [note, open])).toEqual(['applied', 'missing_parent'])
      await world.wedding.sql('delete from public.notes where id = $1', [note.id])
      const old = `now() - interval '61 days'`
      await world.wedding.sql(`update sync.records set changed_at = ${old} where record_id = $1`, [note.id])
      await world.wedding.sql(`update public.offline_sync_queue set received_at = ${old} where change_id = any ($1)`, [
        [note.changeId, open.changeId],
      ])
      return {
        asks: async () => {
          if (!(await wentWell(forgets))) return false
          const [line] = await world.wedding.sql('select from sync.records where record_id = $1', [note.id])
          // while the session that was cut off still does it, nobody else does, however long that takes
          if (line) await expectNothingOpen(world)
          return line === undefined
        },
        holds: async () => {
          const [left] = await world.wedding.sql(
            `select (select count(*)::integer from sync.records where record_id = $1) as records,
                    (select count(*)::integer from public.offline_sync_queue where change_id = $2 and data is null) as emptied,
                    (select count(*)::integer from public.offline_sync_queue where change_id = $3 and data is not null) as open`,
            [note.id, note.changeId, open.changeId],
          )
          expect(left).toEqual({ records: 0, emptied: 1, open: 1 })
        },
      }
    },
  }
}
