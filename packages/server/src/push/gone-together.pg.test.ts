// Two requests about a record that is gone are decided one after the other, as two about one that stands are.
import { expect, test } from 'vitest'
import { aWedding, endings, recordOf } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const phone = wedding.phoneOf('assistant')
const other = wedding.phoneAs(phone)

const waitsForALock = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`

test.each(['while they wait for it', 'before they come'])(
  '[P13] what one person says on two phones of an item that somebody deletes %s stands in one place',
  async (when) => {
    const item = recordOf('timeline_items', when === 'before they come' ? 1 : 2)
    await Promise.all([phone.hears(), other.hears()])
    const edits = [phone.edits(item, { cue: 'Lights' }), other.edits(item, { location: 'Barn' })] as const
    const holder = await wedding.database.admin.connect()
    if (when === 'before they come') {
      await holder.query('delete from public.timeline_items where id = $1', [item.id])
      await holder.query('begin')
      // as whoever came first holds it
      await holder.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [item.id])
    } else {
      await holder.query('begin')
      await holder.query('delete from public.timeline_items where id = $1', [item.id])
    }
    const answers = [phone.sends([edits[0]]), other.sends([edits[1]])]
    await expect.poll(async () => (await wedding.sql(waitsForALock)).length).toBe(2)
    await holder.query('commit')
    holder.release()
    const [one, two] = await Promise.all(answers)
    expect([...endings(one!, [edits[0]]), ...endings(two!, [edits[1]])]).toEqual(['waiting', 'waiting'])
    const [conflict, ...others] = await wedding.conflictLog(item.id)
    expect(others).toEqual([])
    expect(conflict!.fields).toHaveLength(2)
    expect(conflict!.fields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'cue', client: 'Lights' }),
        expect.objectContaining({ field: 'location', client: 'Barn' }),
      ]),
    )
  },
)
