// The dispatches under way, in a limited number of slots. A connection has a share of the slots, so that one whose events
// hang cannot block the others.

const slotCount = 8
const slotsPerConnection = slotCount / 2

export interface Slots {
  isFull(): boolean
  /** How many events may be taken, even if all are of one connection, and of which connections none may. */
  room(): { readonly limit: number; readonly exceptConnections: readonly string[] }
  add(dispatch: Promise<void>, connection: string | null): void
  running(): readonly Promise<void>[]
}

/** `freed` is called when a dispatch has ended. */
export function createSlots(freed: () => void): Slots {
  const connections = new Map<Promise<void>, string | null>()
  return {
    isFull: () => connections.size >= slotCount,
    room() {
      const counts = new Map<string, number>()
      for (const connection of connections.values())
        if (connection !== null) counts.set(connection, (counts.get(connection) ?? 0) + 1)
      const full = [...counts].filter(([, count]) => count >= slotsPerConnection)
      const others = [...counts.values()].filter((count) => count < slotsPerConnection)
      return {
        limit: Math.min(slotCount - connections.size, slotsPerConnection - Math.max(0, ...others)),
        exceptConnections: full.map(([connection]) => connection),
      }
    },
    add(dispatch, connection) {
      connections.set(dispatch, connection)
      void dispatch.then(() => {
        connections.delete(dispatch)
        freed()
      })
    },
    running: () => [...connections.keys()],
  }
}
