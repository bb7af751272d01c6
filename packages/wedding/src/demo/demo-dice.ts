// Choices that look like chance and never change: the same name throws the same numbers on every machine, every day.

export type Dice = {
  /** A whole number from 0 up to, not including, `below`. */
  below: (below: number) => number
  pick: <Of>(list: readonly Of[]) => Of
}

/** Dice of their own for this name. */
export const diceFor = (name: string): Dice => {
  // FNV-1a over the name, then mulberry32
  let state = new TextEncoder().encode(name).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    const twice = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61))
    return ((twice ^ (twice >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number): number => Math.floor(next() * count)
  return { below, pick: (list) => list[below(list.length)]! }
}
