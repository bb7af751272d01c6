// P1: a change is applied at most once, however often it is sent, and everybody who asks hears the same of it.
import { sameJson, type Processed } from '@wedsync/protocol'
import { allLines, short, type MakeChecker } from './checker.ts'

export const appliedOnce: MakeChecker = (world, report) => {
  const told = new Map<string, Processed>()
  return {
    hear: (happening) => {
      if (happening.what === 'restored') told.clear()
      if (happening.what !== 'served' || happening.status !== 200 || !happening.text.includes('"processed":[{')) return
      const { processed } = JSON.parse(happening.text) as { processed?: Processed[] }
      for (const one of processed ?? []) {
        const before = told.get(one.changeId)
        if (before && !sameJson(before, one))
          report(`${short(one.changeId)} was told to be ${JSON.stringify(before)}, then ${JSON.stringify(one)}`)
        told.set(one.changeId, one)
      }
    },
    conclude: () => {
      const seen = new Set<string>()
      for (const { changeId, table, id, position } of allLines(world)) {
        if (changeId === null) continue
        const key = `${changeId} ${table}/${id}`
        if (seen.has(key))
          report(`${short(changeId)} moved ${table}/${short(id)} twice, the second time at ${position}`)
        seen.add(key)
      }
    },
  }
}
