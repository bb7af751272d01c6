// Ends a wait when its signal says so. A fetch that ignores its signal has been seen; it must hold up nothing.

/** What the work answers, or an error as soon as the signal is aborted. */
export const endingWith = <Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const end = () => reject(new Error('The request was ended.'))
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
