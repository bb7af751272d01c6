// What a phone asks of the server, as the real device library asks it: whatever is cut, the phone still has what it sent, sends the
// same bytes again, and in the end has its receipts.
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { CutWorld } from './a-cut-world.ts'
import { expectStands, type Ask, type Shape } from './shape.ts'

export type Device = Awaited<ReturnType<CutWorld['device']>>

/** One run of the phone: true when it has nothing left to send. */
export const sends =
  ({ engine }: Device): Ask =>
  async () => {
    await engine.syncNow()
    const { waiting, network, error } = engine.status()
    return waiting === 0 && network === 'online' && error === null
  }
/** The ids of what is made meanwhile, in order. */
export const madeBy = async ({ made }: Device, work: () => Promise<unknown>): Promise<string[]> => {
  const before = made().length
  await work()
  return made()
    .slice(before)
    .map(({ changeId }) => changeId)
}
export const stateOf = (device: Device, changeId: string) =>
  device.outbox().find((entry) => entry.changeId === changeId)?.state ??
  device.kept().find((row) => row.changeId === changeId)?.entry.state
const done = { status: 'completed', lines: 1, conflicts: 0 }
export const word = () => randomUUID().slice(0, 8)

export const plainBatch = async (world: CutWorld): Promise<Shape> => {
  const device = await world.device('planner')
  return {
    name: 'a plain batch, and the page of news that goes home with it',
    prepares: async () => {
      const [one, other, text] = [world.anItem(), world.anItem(), word()]
      const ids = await madeBy(device, async () => {
        await device.engine.save('timeline_items', one.id, { location: text })
        await device.engine.save('timeline_items', other.id, { public_note: text })
        await device.engine.create('notes', { client_id: world.scope, body: text })
      })
      return {
        asks: sends(device),
        holds: async () => {
          await expectStands(world, Object.fromEntries(ids.map((id) => [id, done])))
          expect(await world.wedding.stored('timeline_items', one.id)).toMatchObject({ location: text })
          expect(ids.map((id) => stateOf(device, id))).toEqual(ids.map(() => 'settled'))
          expect(await device.engine.read('timeline_items', one.id)).toMatchObject({ location: text, pending: 'none' })
        },
      }
    },
  }
}

export const groupedBatch = async (world: CutWorld): Promise<Shape> => {
  const device = await world.device('planner')
  return {
    name: 'an action of several changes, all of it or none',
    prepares: async () => {
      const [one, other, text] = [world.anItem(), world.anItem(), word()]
      const groupId = randomUUID()
      const ids = await madeBy(device, async () => {
        await device.engine.save('timeline_items', one.id, { location: text }, { groupId })
        await device.engine.save('timeline_items', other.id, { location: text }, { groupId })
        await device.engine.create('notes', { client_id: world.scope, body: text }, undefined, { groupId })
      })
      return {
        asks: sends(device),
        holds: async () => {
          await expectStands(world, Object.fromEntries(ids.map((id) => [id, done])))
          for (const { id } of [one, other])
            expect(await world.wedding.stored('timeline_items', id)).toMatchObject({ location: text })
          const moments = await world.wedding.sql(
            'select distinct commit_id from (select xmin::text as commit_id from sync.history where change_id = any ($1)) as lines',
            [ids],
          )
          expect(moments, 'in one transaction').toHaveLength(1)
          expect(ids.map((id) => stateOf(device, id))).toEqual(ids.map(() => 'settled'))
        },
      }
    },
  }
}

export const contestedBatch = async (world: CutWorld): Promise<Shape> => {
  const device = await world.device('assistant')
  return {
    name: 'a batch that has to be decided: one edit is merged, one waits for a person, one goes in',
    prepares: async () => {
      const [merged, asked, free, text] = [world.anItem(), world.anItem(), world.anItem(), word()]
      const writes = (field: 'internal_note' | 'cue', id: string, value: string) =>
        world.wedding.sql(`update public.timeline_items set ${field} = $2 where id = $1`, [id, value])
      await writes('internal_note', merged.id, 'First line\nLast line')
      await device.engine.syncNow()
      const theirs = `Theirs ${text}`
      await writes('internal_note', merged.id, `First line\nLast line\n${theirs}`)
      await writes('cue', asked.id, theirs)
      const ids = await madeBy(device, async () => {
        await device.engine.save('timeline_items', merged.id, { internal_note: `Mine\nFirst line\nLast line` })
        await device.engine.save('timeline_items', asked.id, { cue: `Mine ${text}`, location: text })
        await device.engine.save('timeline_items', free.id, { location: text })
      })
      const waits = { status: 'conflict', lines: 1, conflicts: 1 }
      return {
        asks: sends(device),
        holds: async () => {
          await expectStands(world, { [ids[0]!]: { ...done, conflicts: 1 }, [ids[1]!]: waits, [ids[2]!]: done })
          const both = `Mine\nFirst line\nLast line\n${theirs}`
          expect(await world.wedding.stored('timeline_items', merged.id)).toMatchObject({ internal_note: both })
          expect(await world.wedding.stored('timeline_items', asked.id)).toMatchObject({ cue: theirs, location: text })
          expect(ids.map((id) => stateOf(device, id))).toEqual(['settled', 'held', 'settled'])
        },
      }
    },
  }
}

/** A trigger of the team's own refuses one row, so that the batch is written once more, unit by unit, each in its savepoint. */
export const carefulBatch = async (world: CutWorld): Promise<Shape> => {
  const device = await world.device('planner')
  await world.wedding.sql(`create function public.cut_obstacle() returns trigger language plpgsql as
    $$ begin if new.title = 'In the way' then raise exception 'the budget service is away'; end if; return new; end $$`)
  await world.wedding.sql(
    `create trigger cut_obstacle before update on public.timeline_items for each row execute function public.cut_obstacle()`,
  )
  return {
    name: 'a batch that is written carefully, in savepoints, after one of its rows was refused',
    prepares: async () => {
      const [bad, good, text] = [world.anItem(), world.anItem(), word()]
      const ids = await madeBy(device, async () => {
        await device.engine.save('timeline_items', bad.id, { title: 'In the way' })
        await device.engine.save('timeline_items', good.id, { location: text })
        await device.engine.create('notes', { client_id: world.scope, body: text })
      })
      const kept = { status: 'pending', lines: 0, conflicts: 0, code: 'not_written' }
      return {
        asks: sends(device),
        holds: async () => {
          await expectStands(world, { [ids[0]!]: kept, [ids[1]!]: done, [ids[2]!]: done })
          expect(await world.wedding.stored('timeline_items', good.id)).toMatchObject({ location: text })
          expect(ids.map((id) => stateOf(device, id))).toEqual(['held', 'settled', 'settled'])
          await giveUpWhatIsKept(world, device)
        },
      }
    },
  }
}
// a device of which something is kept sends no plain batch: each time begins without
const giveUpWhatIsKept = async (world: CutWorld, device: Device) => {
  for (const { changeId, state } of device.outbox())
    if (state === 'held')
      await world.wedding.phoneAs(device.person).asks(`/api/offline/retry/${changeId}`, { method: 'DELETE' })
  await device.engine.syncNow()
  for (const { changeId, state } of device.outbox()) if (state === 'stuck') await device.engine.dismiss(changeId)
}

export const pullPage = async (world: CutWorld): Promise<Shape> => {
  const device = await world.device('planner')
  return {
    name: 'a page of news',
    prepares: async () => {
      const [item, text] = [world.anItem(), word()]
      await world.wedding.sql('update public.timeline_items set location = $2 where id = $1', [item.id, text])
      return {
        asks: sends(device),
        holds: async () => {
          expect(await device.engine.read('timeline_items', item.id)).toMatchObject({ location: text })
          const { cursor } = (await world.wedding.sql<{ cursor: string }>('select position::text as cursor from public.offline_sync_status where device_id = $1', [device.engine.deviceId]))[0]! // prettier-ignore
          expect(Number(cursor)).toBeGreaterThan(0)
        },
      }
    },
  }
}

/** Once for each time: who has left hands over only what they still had. */
export const escrow = (world: CutWorld): Shape => ({
  name: 'what somebody hands over who belongs to the company no more',
  prepares: async () => {
    // a phone that holds none of the plan loads quickly, and may still write to it
    const device = await world.device('assistant', { scopes: [] })
    const noteIds: string[] = []
    const ids = await madeBy(device, async () => {
      for (const body of ['One', 'Other'])
        noteIds.push(await device.engine.create('notes', { client_id: world.scope, body }))
    })
    await world.wedding.sql('delete from public.memberships where user_id = $1', [device.userId])
    const taken = { status: 'failed', lines: 0, conflicts: 0, code: 'forbidden' }
    return {
      asks: sends(device),
      holds: async () => {
        await expectStands(world, Object.fromEntries(ids.map((id) => [id, taken])))
        for (const id of noteIds) expect(await world.wedding.stored('notes', id)).toBeUndefined()
        expect(ids.map((id) => stateOf(device, id))).toEqual(['stuck', 'stuck'])
        await device.engine.stop()
      },
    }
  },
})
