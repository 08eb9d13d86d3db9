// Random numbers from a seed. Everything that a history draws comes from here, so that one number determines the history.

export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  odds(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** One of the keys, drawn by weight. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key
  bytes(count: number): Uint8Array
  /** A stream of its own, so that drawing from one does not shift the other. */
  fork(): Random
}

/** The generator sfc32, seeded with one number. */
export function createRandom(seed: number): Random {
  let a = seed | 0
  let b = (seed / 2 ** 32) | 0
  let c = 0x9e3779b9
  let d = 1
  const draw = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let round = 0; round < 15; round++) draw()
  const next = () => draw() / 2 ** 32
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    odds: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
    weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
      const entries = Object.entries<number>(weights) as [Key, number][]
      let rest = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [key, weight] of entries) {
        rest -= weight
        if (rest < 0) return key
      }
      return (entries.at(-1) as [Key, number])[0]
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => draw() >>> 24),
    fork: () => createRandom(draw() * 2 ** 21 + (draw() >>> 11)),
  }
}
