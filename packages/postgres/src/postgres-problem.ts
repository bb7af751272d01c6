// What a person can be told in one sentence: what is wrong with the database, and the way out. Never shown with a stack.

export class PostgresProblem extends Error {
  override name = 'PostgresProblem'
}

/** The one line of an error that helps a person; connection errors of Node sometimes carry their text only inside. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError && !error.message)
    return error.errors.map((one: unknown) => reasonOf(one)).join(', ')
  const text = error instanceof Error ? error.message : String(error)
  return text.trim().split('\n')[0] ?? ''
}

/** Turns what the system says about files of ours into a sentence; anything else stays what it is. */
export const fileProblem = (folder: string, error: unknown): unknown => {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (error instanceof PostgresProblem || code === undefined || syscall === undefined) return error
  if (['EACCES', 'EPERM', 'EROFS'].includes(code))
    return new PostgresProblem(
      `The files in ${folder} belong to another user or may not be written (${reasonOf(error)}): ` +
        'start as the user they belong to, or point WEDSYNC_HOME at a folder of your own.',
    )
  return new PostgresProblem(
    `Nothing can be kept in ${folder} (${reasonOf(error)}): make room there, or point WEDSYNC_HOME elsewhere.`,
  )
}
