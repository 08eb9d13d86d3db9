// The owners' salons: whose account takes the bookings, and what the owner has set. Visitors see a salon by its owner.

import type { Connection, ConnectionFacts, Punctual } from 'punctual'
import { type Scheduling, scheduling } from 'punctual/scheduling'

export interface Salon {
  readonly owner: string
  /** The id of its connection. */
  readonly connection: string
  readonly name: string
  /** IANA name. */
  readonly timeZone: string
  readonly calendar: Scheduling
}

export interface Salons {
  /** The owner's connection, or `null`. */
  connectionOf(owner: string): Promise<ConnectionFacts | null>
  /** The salon as visitors see it; `null` if its owner has not connected an account. */
  find(owner: string): Promise<Salon | null>
  /** The salon of a booking that was made through this connection. */
  withConnection(owner: string, connection: string): Promise<Salon>
  disconnect(owner: string): Promise<void>
  /** Whether the salon books again and cancels where a provider cannot move a booking. */
  rebooks(owner: string): boolean
  setRebooks(owner: string, rebooks: boolean): void
}

export function createSalons(connections: Punctual['connections']): Salons {
  // Stands in for a column of your table of owners.
  const rebooking = new Set<string>()

  const connectionOf = async (owner: string) => (await connections.list({ owner, limit: 1 })).connections[0] ?? null

  return {
    connectionOf,
    async find(owner) {
      if (!isOwner(owner)) return null
      const found = await connectionOf(owner)
      return found && salonOf(await connections.get(found.id, { owner }))
    },
    async withConnection(owner, connection) {
      return salonOf(await connections.get(connection, { owner }))
    },
    async disconnect(owner) {
      const found = await connectionOf(owner)
      if (found) await (await connections.get(found.id, { owner })).disconnect()
    },
    rebooks: (owner) => rebooking.has(owner),
    setRebooks(owner, rebooks) {
      if (rebooks) rebooking.add(owner)
      else rebooking.delete(owner)
    },
  }
}

/** Whether Punctual can keep a name as that of an owner. */
export function isOwner(name: string): boolean {
  return name !== '' && name.length <= 255 && name.isWellFormed() && !name.includes('\0')
}

function salonOf(connection: Connection): Salon {
  const { id, owner, account } = connection
  return {
    owner,
    connection: id,
    name: account.name ?? owner,
    timeZone: account.timeZone ?? 'UTC',
    calendar: scheduling(connection),
  }
}
