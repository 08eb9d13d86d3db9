// Remembers when each thing is to be looked at again, in slots of ten seconds: so that many things can be forgotten in
// time without a timer for each, and without a walk over all of them.

const slotMs = 10_000

export interface LookAgain {
  /** Looks at it again at that time, or up to ten seconds later. */
  at(id: string, time: number): void
  /** Removes and returns one whose time has come; `null` if nothing is due. */
  next(now: number): string | null
}

export function createLookAgain(): LookAgain {
  /** By the number of the slot: its things are due when the slot has ended. */
  const slots = new Map<number, string[]>()
  /** No slot is due before. */
  let earliest = Number.POSITIVE_INFINITY

  return {
    at(id, time) {
      const slot = Math.ceil(time / slotMs)
      const ids = slots.get(slot)
      if (ids) ids.push(id)
      else slots.set(slot, [id])
      earliest = Math.min(earliest, slot)
    },
    next(now) {
      while (earliest * slotMs <= now) {
        const id = slots.get(earliest)?.pop()
        if (id !== undefined) return id
        slots.delete(earliest)
        earliest = Math.min(...slots.keys())
      }
      return null
    },
  }
}
