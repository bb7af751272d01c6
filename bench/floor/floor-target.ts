// Takes the floor's server; hands back what its devices send and how they read the answer.
import { randomUUID } from 'node:crypto'
import { editOf, recordId } from '../payload.ts'
import type { Target } from '../w1.ts'
import type { Floor } from './floor.ts'

const steps = ['planned', 'confirmed', 'in_progress', 'done'] as const

type Applied = { changeId: string; version: number }
type Answer = { applied: Applied[] | null; conflicts: unknown[] | null }

export const floorTarget = ({ baseUrl, pid }: Floor): Target => {
  // record → the version the device has seen; change → the record it was about
  const versions = new Map<string, number>()
  const sent = new Map<string, string>()
  return {
    name: 'floor',
    url: `${baseUrl}/api/offline/sync`,
    pid,
    request(device, batch, round) {
      const changes = Array.from({ length: 50 }, (_, at) => {
        const nth = batch * 50 + at
        const changeId = randomUUID()
        const id = recordId(device, nth)
        sent.set(changeId, id)
        return {
          changeId,
          table: 'items',
          recordId: id,
          op: 'update',
          baseVersion: versions.get(id) ?? 1,
          fields: fieldsOf(nth, round),
        }
      })
      return { body: JSON.stringify({ deviceId: `device ${device}`, changes }), headers: {} }
    },
    take(_device, text) {
      const { applied, conflicts } = JSON.parse(text) as Answer
      if (conflicts !== null || applied?.length !== 50)
        throw new Error(`The floor did not apply a batch: ${text.slice(0, 500)}`)
      for (const { changeId, version } of applied) {
        versions.set(sent.get(changeId)!, version)
        sent.delete(changeId)
      }
    },
  }
}

const fieldsOf = (nth: number, round: number): Record<string, string | number> => {
  const { step, note, third, minute, words } = editOf(nth, round)
  return {
    status: steps[step]!,
    notes: note,
    ...(third === 'time' && { updated_at: 1_790_000_000_000 + minute }),
    ...(third === 'words' && { title: words }),
  }
}
