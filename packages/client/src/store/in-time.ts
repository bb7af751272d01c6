// Takes what may never end, and how long anybody waits for it; hands back its end, or throws when the time is over. What it does goes on.

/** What was waited for did not end in time. */
export class TakesTooLong extends Error {}

export const inTime = <Answer>(done: Promise<Answer>, withinMs: number, says: string): Promise<Answer> => {
  let timer: ReturnType<typeof setTimeout>
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TakesTooLong(says)), withinMs)
  })
  return Promise.race([done, tooLate]).finally(() => clearTimeout(timer))
}
