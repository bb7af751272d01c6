// Lets those who wait for the same turn go together: whoever's turn comes takes along those who wait behind, as many as may.
// Whoever is alone goes alone, at once.
import { endless, type Patience } from './patience.ts'
import type { TakeTurns } from './take-turns.ts'

export type Gather<Asked, Answer> = (key: string, asked: Asked, patience?: Patience) => Promise<Answer>

export type GatherParts<Asked, Answer> = {
  turns: TakeTurns
  most: number
  /**
   * Answers each of them, in their order; what it throws is everybody's answer. `apart`: together they get nowhere, and each has to go by
   * itself; only where there are several.
   */
  settle: (asked: Asked[], patience: Patience) => Promise<PromiseSettledResult<Answer>[] | 'apart'>
}

type Waiting<Asked, Answer> = {
  asked: Asked
  patience: Patience
  /** Leaves the line: somebody else's turn came, and takes this along. */
  leave: AbortController
  answer: PromiseWithResolvers<Answer>
}

export const createGather = <Asked, Answer>({
  turns,
  most,
  settle,
}: GatherParts<Asked, Answer>): Gather<Asked, Answer> => {
  const waiting = new Map<string, Set<Waiting<Asked, Answer>>>()

  // a line lets its first one go first, so whoever's turn comes is the first that still waits
  const takeTurn = async (key: string) => {
    const all = waiting.get(key)
    const taken = [...(all ?? [])].slice(0, most)
    if (taken.length === 0) return
    for (const one of taken) all!.delete(one)
    if (all?.size === 0) waiting.delete(key)
    for (const one of taken.slice(1)) one.leave.abort()
    await goThrough(key, taken)
  }

  const goThrough = async (key: string, taken: readonly Waiting<Asked, Answer>[]): Promise<void> => {
    try {
      const answers = await settle(
        taken.map(({ asked }) => asked),
        patienceOfAll(taken.map(({ patience }) => patience)),
      )
      // each in a turn of its own: whoever keeps the others from going together does not keep them waiting
      if (answers === 'apart')
        for (const one of taken) turns.run(key, () => goThrough(key, [one]), one.patience).catch(one.answer.reject)
      else
        taken.forEach(({ answer }, nth) => {
          const led = answers[nth]
          if (led?.status === 'fulfilled') answer.resolve(led.value)
          else answer.reject((led?.reason as Error | undefined) ?? new Error('one of those who went got no answer'))
        })
    } catch (error) {
      for (const { answer } of taken) answer.reject(error)
    }
  }

  return async (key, asked, patience = endless) => {
    const one: Waiting<Asked, Answer> = {
      ...{ asked, patience, leave: new AbortController(), answer: Promise.withResolvers<Answer>() },
    }
    const all = waiting.get(key) ?? new Set()
    waiting.set(key, all.add(one))
    const gone = patience.gone ? AbortSignal.any([patience.gone, one.leave.signal]) : one.leave.signal
    turns
      .run(key, () => takeTurn(key), { leftMs: patience.leftMs, gone })
      .catch((sentHome: unknown) => {
        // whoever was taken along left the line for that, and has their answer from whoever took them
        if (!all.delete(one)) return
        if (all.size === 0 && waiting.get(key) === all) waiting.delete(key)
        one.answer.reject(sentHome)
      })
    return await one.answer.promise
  }
}

/** As long as the most patient of them waits; that one of them is gone keeps none of the others. */
const patienceOfAll = (all: readonly Patience[]): Patience => ({
  leftMs: () => Math.max(...all.map(({ leftMs }) => leftMs())),
  gone: null,
})
