// Takes how many may be under way; hands back a door that lets so many steps in at a time, the others in order of coming.

export type FewAtATime = <Answer>(step: () => Promise<Answer>) => Promise<Answer>

export const fewAtATime = (max: number): FewAtATime => {
  const waiting: (() => void)[] = []
  let inside = 0
  return async (step) => {
    if (inside >= max) await new Promise<void>((enter) => waiting.push(enter))
    else inside += 1
    try {
      return await step()
    } finally {
      // the place is handed on, or given up
      const next = waiting.shift()
      if (next) next()
      else inside -= 1
    }
  }
}
