// Runs only so many tasks at once for each key: a client whose provider hangs delays its own refreshes and no others.

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
      // The task that ends gives its place to the next.
      const next = lane.waiting.shift()
      if (next) next()
      else if (--lane.inside === 0) lanes.delete(key)
    }
  }
}
