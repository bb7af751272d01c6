// What is said to the database and what becomes of it, in the order in which it happens: what a replay on PostgreSQL repeats.

/** A session's word as the driver sends it; `at` is when its transaction began, which is what `now()` means. */
export type Asked = { what: 'asked'; session: number; name: string; text: string; values: unknown[]; at: number }
export type Answered = { what: 'answered'; session: number; name: string; answer: string | null; error: string | null }

export type Word =
  | Asked
  | Answered
  /** The session is over: given back, or lost with whatever it had begun. */
  | { what: 'ended'; session: number }
  /** A trigger of the team's own begins to refuse a row, or stands no more in its way. */
  | { what: 'refusing'; key: string; stands: boolean }
  | { what: 'backup'; copy: number }
  | { what: 'restored'; copy: number }
