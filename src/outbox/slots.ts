// The dispatches under way, in a limited number of slots. A connection has a share of the slots, so that one whose events
// hang cannot block the others.

const slotCount = 16
const slotsPerConnection = slotCount / 2

export interface Slots {
  isFull(): boolean
  /** How many events may be taken, even if all are of one connection, and of which connections none may. */
  room(): { readonly limit: number; readonly exceptConnections: readonly string[] }
  /** `dispatch` calls `handled` once nothing but the recording of the acknowledgement is left to wait for. */
  add(event: SlotEvent, dispatch: (handled: () => void) => Promise<void>): void
  /**
   * Frees the slots of those of these events that are handled: what takes their place is leased with their
   * acknowledgement. The returned function occupies them again.
   */
  leave(ids: readonly string[]): () => void
  running(): readonly Promise<void>[]
}

interface SlotEvent {
  readonly id: string
  readonly connection: string | null
}

interface Slot {
  readonly event: SlotEvent
  isHandled: boolean
  hasLeft: boolean
}

/** `freed` is called when a dispatch has ended that has not left its slot before. */
export function createSlots(freed: () => void): Slots {
  const running = new Map<Promise<void>, Slot>()
  const occupied = () => [...running.values()].filter(({ hasLeft }) => !hasLeft)
  return {
    isFull: () => occupied().length >= slotCount,
    room() {
      const slots = occupied()
      const counts = new Map<string, number>()
      for (const { event } of slots)
        if (event.connection !== null) counts.set(event.connection, (counts.get(event.connection) ?? 0) + 1)
      const full = [...counts].filter(([, count]) => count >= slotsPerConnection)
      const others = [...counts.values()].filter((count) => count < slotsPerConnection)
      return {
        limit: Math.max(0, Math.min(slotCount - slots.length, slotsPerConnection - Math.max(0, ...others))),
        exceptConnections: full.map(([connection]) => connection),
      }
    },
    add(event, dispatch) {
      const slot: Slot = { event, isHandled: false, hasLeft: false }
      const dispatching = dispatch(() => {
        slot.isHandled = true
      })
      running.set(dispatching, slot)
      void dispatching.then(() => {
        running.delete(dispatching)
        if (!slot.hasLeft) freed()
      })
    },
    leave(ids) {
      const leaving = occupied().filter(({ event, isHandled }) => isHandled && ids.includes(event.id))
      for (const slot of leaving) slot.hasLeft = true
      return () => {
        for (const slot of leaving) slot.hasLeft = false
      }
    },
    running: () => [...running.keys()],
  }
}
