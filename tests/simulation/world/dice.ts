// Chance that a seed decides. Every part of the world has dice of its own, named by what they are for: leaving one thing out of a
// run changes the throws of no other.

export type Dice = {
  /** From 0 up to, not including, 1. */
  chance: () => number
  /** A whole number from 0 up to, not including, `n`. */
  below: (n: number) => number
  between: (least: number, most: number) => number
  is: (probability: number) => boolean
  pick: <Item>(items: readonly Item[]) => Item
  shuffled: <Item>(items: readonly Item[]) => Item[]
  /** A UUID of version 7's shape, in no order of time. */
  id: () => string
}

/** The same names give the same throws (xmur3 into sfc32). */
export const diceFor = (...names: (string | number)[]): Dice => {
  const next = seeded(names.join('/'))
  let [a, b, c, d] = [next(), next(), next(), next()]
  const throwBits = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let warm = 0; warm < 12; warm += 1) throwBits()
  const chance = () => throwBits() / 2 ** 32
  const below = (n: number) => Math.floor(chance() * n)
  return {
    chance,
    below,
    between: (least, most) => least + below(most - least + 1),
    is: (probability) => chance() < probability,
    pick: (items) => items[below(items.length)]!,
    shuffled: (items) => {
      const left = [...items]
      return items.map(() => left.splice(below(left.length), 1)[0]!)
    },
    id: () => {
      let hex = ''
      for (let word = 0; word < 4; word += 1) hex += (throwBits() + 2 ** 32).toString(16).slice(1)
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    },
  }
}

const seeded = (text: string) => {
  let hash = 1779033703 ^ text.length
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 3432918353)
    hash = (hash << 13) | (hash >>> 19)
  }
  return () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2246822507)
    hash = Math.imul(hash ^ (hash >>> 13), 3266489909)
    return (hash ^= hash >>> 16) >>> 0
  }
}
