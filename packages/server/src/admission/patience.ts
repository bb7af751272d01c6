// How long whoever asked will wait, and whether they are still there. Made once for a request, looked at in every line.

export type Patience = {
  /** Milliseconds that are left. */
  leftMs: () => number
  /** Aborts when whoever asked is gone; null where nobody can tell. */
  gone: AbortSignal | null
}

export const patienceFor = (ms: number, gone: AbortSignal): Patience => {
  const until = performance.now() + ms
  return { leftMs: () => until - performance.now(), gone }
}

/** Of work that no request waits for: only the line's own limit counts. */
export const endless: Patience = { leftMs: () => Infinity, gone: null }
