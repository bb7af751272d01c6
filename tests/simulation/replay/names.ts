// What a database makes up by itself (who it is, a mark beside each commit, a digest of rights) is another thing in each. Pairs
// what stands for the same, one to one and for good: whatever is paired twice differently is a difference.

export type Kind = 'epoch' | 'mark' | 'rights'

export type Names = {
  /** Whether these two stand, or now begin to stand, for the same. */
  pair: (kind: Kind, model: string | null, real: string | null) => boolean
  /** What the real database calls it; unknown where it never said so. */
  realOf: (kind: Kind, model: string) => string
}

export const createNames = (): Names => {
  const real = new Map<string, string>()
  const model = new Map<string, string>()
  return {
    pair: (kind, one, other) => {
      if (one === null || other === null) return one === other
      const [left, right] = [`${kind}/${one}`, `${kind}/${other}`]
      if (!real.has(left) && !model.has(right)) {
        real.set(left, right)
        model.set(right, left)
      }
      return real.get(left) === right && model.get(right) === left
    },
    realOf: (kind, one) => real.get(`${kind}/${one}`)?.slice(kind.length + 1) ?? one,
  }
}
