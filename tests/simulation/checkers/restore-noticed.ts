// P9: a server that was put back to an older copy is noticed by every phone that heard of something it forgot, before that phone
// takes anything more from it.
import type { Cursor } from '../../../packages/server/src/pull/cursor.ts'
import { inOrganization, type Mark } from '../model/rows.ts'
import { type MakeChecker } from './checker.ts'

export const restoreNoticed: MakeChecker = (world, report) => {
  const mustNotice = new Map<string, string>()
  return {
    hear: (happening) => {
      if (happening.what === 'restored') {
        for (const phone of world.phones) {
          const cursor = phone.state()?.cursor ?? null
          if (cursor === null) continue
          const { markAt, mark } = JSON.parse(Buffer.from(cursor.split('.')[0]!, 'base64url').toString()) as Cursor
          const isThere =
            markAt === 0 ||
            world.model.reads.get<Mark>('mark', inOrganization(phone.person.organizationId, String(markAt)))?.mark ===
              mark
          if (!isThere) mustNotice.set(phone.name, cursor)
        }
      }
      if (happening.what !== 'stored') return
      const cursor = mustNotice.get(happening.phone)
      if (cursor === undefined || happening.state.cursor === cursor) return
      mustNotice.delete(happening.phone)
      if (!happening.state.isReloading) report(`${happening.phone} goes on from where the restored server never was`)
    },
    conclude: () => {
      for (const phone of mustNotice.keys()) report(`${phone} never noticed that the server was restored`)
    },
  }
}
