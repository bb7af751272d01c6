// A person throws a stuck change away. Nothing else ever does.  Keeps P3.
import { RefusedEdit } from '../errors.ts'
import { type Device } from '../settings.ts'
import { readState } from '../store/read-state.ts'
import { layOver } from '../store/lay-over.ts'
import { inOneStep, type Store } from '../store/store.ts'

/** Removes a stuck entry; any other state is refused. */
export const dismissStuck = ({ store, device }: { store: Store; device: Device }, changeId: string): Promise<void> =>
  inOneStep(store, async (tx) => {
    const entry = await tx.outbox.where('changeId').equals(changeId).first()
    if (!entry) return
    if (entry.state !== 'stuck') throw new RefusedEdit('This change is still on its way and cannot be thrown away.')
    await tx.outbox.delete(entry.seq)
    await layOver(tx, device, [[entry.table, entry.id]], await readState(tx))
  })
