// Lets so many through at once for each key: a client whose provider hangs holds up its own renewals and nobody else's.

export type ConcurrencyLimit = <Result>(key: string, task: () => Promise<Result>) => Promise<Result>

export function createConcurrencyLimit(limit: number): ConcurrencyLimit {
  const lanes = new Map<string, { inside: number; readonly waiting: (() => void)[] }>()
  return async (key, task) => {
    const lane = lanes.get(key) ?? { inside: 0, waiting: [] }
    lanes.set(key, lane)
    if (lane.inside >= limit) await new Promise<void>((resolve) => lane.waiting.push(resolve))
    else lane.inside++
    try {
      return await task()
    } finally {
      // Whoever leaves hands its place to the next.
      const next = lane.waiting.shift()
      if (next) next()
      else if (--lane.inside === 0) lanes.delete(key)
    }
  }
}
