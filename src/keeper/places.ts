// A number of places, taken one at a time. Who finds none waits, in order, until one is free.

export interface Places {
  /** Resolves when a place is taken. */
  take(): Promise<void>
  /** Frees one place. */
  leave(): void
}

export function createPlaces(count: number): Places {
  const waiting: (() => void)[] = []
  let free = count
  return {
    async take() {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
    },
    leave() {
      // Who waits gets the place itself: nobody can come in between.
      const next = waiting.shift()
      if (next) next()
      else free++
    },
  }
}
