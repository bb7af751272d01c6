/** One place of a source file that reads differently. */
export type Edit = {
  /** From the root of the project. */
  file: string
  /** Stands there exactly once. */
  find: string
  put: string
}

/** The engine with one thing wrong with it. */
export type Variant = {
  /** What is wrong with it. */
  name: string
  /** The checkers that have to notice, by their promises. */
  breaks: readonly string[]
  /** A seed that is known to show it, or the name of a run that is kept; tried first, and where it no longer does, seeds are. */
  seed: string
  edits: readonly Edit[]
}
