// Renewed sets that the store could not take. They are kept sealed: in memory, from where they are served, and in a
// file each, which survives this process. They go back into the store by the same fence as any other write.

import type { Grant, Schedule, SealedRenewal } from '../connections/grants.ts'
import type { Clock } from '../core/clock.ts'

/** Where journaled renewals survive the process. Every write is on disk once it has resolved. */
export interface JournalFiles {
  write(name: string, text: string): Promise<void>
  remove(name: string): Promise<void>
  /** What is there by name; empty if there is no journal. */
  read(): Promise<ReadonlyMap<string, string>>
}

export interface Journal {
  /** Keeps a renewal of `grant`, the grant as it will be; `durable` tells whether it is on disk. */
  keep(grant: Grant, renewal: SealedRenewal, schedule: Schedule): Promise<{ readonly durable: boolean }>
  /** The grant as the journal knows it, if that is newer than `generation`. */
  newer(id: string, generation: number): Grant | null
  /** Whether a renewal of that generation, or of a later one, is not yet in the store: its refresh token has been spent. */
  holds(id: string, generation: number): boolean
  /** How many renewals are not yet in the store. */
  size(): number
  /** Hands every renewal to `store` and forgets it once that resolves. Rejects as soon as `store` does. */
  replay(store: (renewal: SealedRenewal, schedule: Schedule) => Promise<void>): Promise<void>
  /** Takes in what an earlier process left. A file that cannot be read stays where it is. */
  load(): Promise<void>
}

/** A sealed renewal and when its parts fall due (ms, this machine's clock). */
interface Held {
  readonly renewal: SealedRenewal
  readonly expiresAt: number
  readonly renewAt: number | null
  readonly dueAt: number | null
}

export function createJournal(parts: { readonly clock: Clock; readonly files: JournalFiles }): Journal {
  const held = new Map<string, Held & { readonly grant?: Grant }>()
  const nameOf = ({ grant, generation }: SealedRenewal) => `${grant}.${generation}.json`
  const at = (now: number, ms: number | null) => (ms === null ? null : now + ms)
  const until = (now: number, time: number | null) => (time === null ? null : Math.max(0, time - now))

  return {
    size: () => held.size,
    holds: (id, generation) =>
      [...held.values()].some(({ renewal }) => renewal.grant === id && renewal.generation >= generation),
    async keep(grant, renewal, schedule) {
      const now = parts.clock.now()
      const facts: Held = {
        renewal,
        expiresAt: now + schedule.expiresIn,
        renewAt: at(now, schedule.renewIn),
        dueAt: at(now, schedule.dueIn),
      }
      held.set(nameOf(renewal), { ...facts, grant })
      try {
        await parts.files.write(nameOf(renewal), JSON.stringify(facts))
        return { durable: true }
      } catch {
        return { durable: false }
      }
    },
    newer(id, generation) {
      let newest: Grant | null = null
      for (const { grant, expiresAt } of held.values()) {
        if (grant?.id !== id || grant.generation <= (newest?.generation ?? generation)) continue
        newest = { ...grant, remaining: expiresAt - parts.clock.now() }
      }
      return newest
    },
    async replay(store) {
      for (const [name, { renewal, expiresAt, renewAt, dueAt }] of [...held]) {
        const now = parts.clock.now()
        await store(renewal, { expiresIn: expiresAt - now, renewIn: until(now, renewAt), dueIn: until(now, dueAt) })
        held.delete(name)
        await parts.files.remove(name).catch(() => {})
      }
    },
    async load() {
      for (const [name, text] of await parts.files.read()) {
        const facts = parseHeld(text)
        if (facts && !held.has(name)) held.set(name, facts)
      }
    },
  }
}

function parseHeld(text: string): Held | null {
  try {
    const { renewal, expiresAt, renewAt, dueAt } = JSON.parse(text) as Held
    const whole =
      typeof renewal.grant === 'string' && typeof renewal.tokens === 'string' && Number.isInteger(renewal.generation)
    return whole && typeof expiresAt === 'number' ? { renewal, expiresAt, renewAt, dueAt } : null
  } catch {
    return null
  }
}
