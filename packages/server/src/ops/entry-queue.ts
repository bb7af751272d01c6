// Takes entries for the security log; writes them in the background, a few together, so that no request ever waits for it.
// The same again within one round is counted in one entry, so a person who is refused in a loop fills nothing either.
// What cannot be written is kept, told loudly, and tried again; the last round is written when the server closes.

export type Entry = {
  at: string
  organizationId: string
  userId: string
  event: string
  code: string | null
  times: number
  requestId: string
}

export type EntryQueue = { add: (entry: Entry) => void; close: () => Promise<void> }

/** Milliseconds of a round: after a crash no more than this is missing from the table, and nothing from the lines. */
const roundMs = 5000
/** Different entries that wait at most: far more people than are refused anything in a round. */
const waitingMax = 1000
/** Entries in one statement. */
const togetherMax = 200

type Told = { entriesNotWritten: (entries: number, thrown: unknown) => void; entriesLost: (entries: number) => void }

export const createEntryQueue = (write: (entries: string) => Promise<unknown>, told: Told): EntryQueue => {
  const waiting = new Map<string, Entry>()
  let timer: NodeJS.Timeout | undefined
  let lost = 0
  let writing: Promise<void> = Promise.resolve()

  const add = (entry: Entry) => {
    const key = `${entry.organizationId}/${entry.userId}/${entry.event}/${entry.code}`
    const same = waiting.get(key)
    if (same) same.times += entry.times
    else if (waiting.size >= waitingMax) lost += entry.times
    else waiting.set(key, { ...entry })
    timer ??= setTimeout(() => void round(), roundMs).unref()
  }
  const round = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    return (writing = writing.then(writeAll))
  }
  const writeAll = async (): Promise<void> => {
    if (lost > 0) told.entriesLost(lost)
    lost = 0
    while (waiting.size > 0) {
      const part = [...waiting].slice(0, togetherMax)
      for (const [key] of part) waiting.delete(key)
      try {
        await write(JSON.stringify(part.map(([, entry]) => entry)))
      } catch (error) {
        told.entriesNotWritten(part.length, error)
        for (const [, entry] of part) add(entry)
        return
      }
    }
  }
  return {
    add,
    async close() {
      await round()
      clearTimeout(timer)
    },
  }
}
