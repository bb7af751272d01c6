// Lets steps of one engine follow one another: a page of the stream never lands between a request and its answer, which
// would then be of another turn and dropped whole.

/** A line of its own. */
export const oneAtATime = () => {
  let last: Promise<unknown> = Promise.resolve()
  return <Result>(step: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(step, step)
    last = turn.catch(() => undefined)
    return turn
  }
}
