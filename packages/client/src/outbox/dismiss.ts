// A person throws a stuck change away. Nothing else ever does.  Keeps P3.
import { RefusedEdit } from '../errors.ts'
import { type Device } from '../settings.ts'
import { readState } from '../store/read-state.ts'
import { layOver } from '../store/lay-over.ts'
import { inOneStep, type Store } from '../store/open-store.ts'

/** Removes a stuck entry; any other state is refused. */
export const dismissStuck = (parts: { store: Store; device: Device }, changeId: string): Promise<void> =>
  inOneStep(parts.store, async () => {
    const { store } = parts
    const entry = await store.outbox.where('changeId').equals(changeId).first()
    if (!entry) return
    if (entry.state !== 'stuck') throw new RefusedEdit('This change is still on its way and cannot be thrown away.')
    await store.outbox.delete(entry.seq)
    await layOver(parts, [[entry.table, entry.id]], await readState(store))
  })
