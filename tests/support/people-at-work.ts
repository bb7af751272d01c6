// Several people at work on the same wedding, each with a phone of their own: they edit, make and delete, act on several records at
// once, decide what waits for a person, send, and think a little. What each does is thrown from a seed; when is up to the machine.
import { setTimeout as sleep } from 'node:timers/promises'
import { RefusedEdit } from '@wedsync/client'
import { conflictsTable } from '@wedsync/protocol'
import type { Dice } from '../simulation/world/dice.ts'
import { pickEdit } from '../simulation/world/edits.ts'
import type { NotedDevice } from './a-noted-device.ts'

/** Of the records people see, these many in sixteen are the ones they care for, so that they meet. */
const corner = 2

export type PeopleAtWork = { stop: () => Promise<void> }

/** `thinkMs`: the longest pause between two things somebody does. */
export const peopleAtWork = (devices: readonly NotedDevice[], dice: (name: string) => Dice, thinkMs: number) => {
  let isOver = false
  const days = devices.map(async (device, nth) => {
    const own = dice(`person ${nth}`)
    for (let turn = 0; !isOver; turn += 1) {
      await acts(device, own, `${device.name}#${turn}`).catch((thrown: unknown) => {
        // what is not theirs to do they are told at once
        if (!(thrown instanceof RefusedEdit)) throw thrown
      })
      if (own.is(0.6)) await device.engine.syncNow()
      await sleep(own.between(0, thinkMs))
    }
  })
  return {
    /** Everybody puts the phone down; what is saved is not sent for that. */
    stop: async (): Promise<void> => {
      isOver = true
      await Promise.all(days)
    },
  }
}

const acts = async (device: NotedDevice, dice: Dice, mark: string): Promise<void> => {
  const { engine, role } = device
  const shown = device.shows()
  const open = shown.filter(({ table, view }) => table === conflictsTable && view['status'] === 'pending')
  if (open.length > 0 && dice.is(0.3)) {
    const { id } = dice.pick(open)
    if (device.outbox().some((entry) => entry.id === id && entry.table === conflictsTable)) return
    return engine.decide(id, { choice: dice.pick(['client', 'server']) })
  }
  const near = shown.filter(({ table, id }) => table === 'clients' || Number.parseInt(id.at(-1)!, 16) < corner)
  const groupId = dice.is(0.15) ? dice.id() : undefined
  for (let changes = groupId ? dice.between(2, 4) : 1; changes > 0; changes -= 1) {
    const kind = dice.is(0.7) ? 'save' : dice.is(0.7) ? 'create' : 'remove'
    const edit = pickEdit({ dice, role, mark, shown: near, crowd: near.length }, kind)
    // in the demo nearly every guest has a seat
    if (edit?.table === 'seat_assignments' && dice.is(0.9)) continue
    const options = groupId ? { groupId } : {}
    if (edit?.does === 'save') await engine.save(edit.table, edit.id, edit.patch, options)
    if (edit?.does === 'create') await engine.create(edit.table, edit.data, edit.id, options)
    if (edit?.does === 'remove') await engine.remove(edit.table, edit.id, options)
  }
}
