// The option `escrow`: a copy of the newest token sets, outside the database. Without it nothing of it is loaded, and the
// store is used as it is.

import type { Clock } from './core/clock.ts'
import type { EscrowPlace } from './core/escrow-place.ts'
import type { Reporter } from './core/reporter.ts'
import type { KeptWrites } from './escrow/keep-writes.ts'
import type { OpenEscrow } from './escrow/open-escrow.ts'
import type { EscrowGuard as KeeperGuard } from './keeper/escrow-guard.ts'
import type { LazyStore } from './lazy-store.ts'

export interface Escrow {
  /** The store, whose writes are kept in the escrow too. */
  readonly store: LazyStore
  /** `null`: there is no escrow. */
  readonly guard: EscrowGuard | null
}

export interface EscrowGuard extends KeeperGuard {
  /** A background job. */
  round(): Promise<void>
  /** Drops the tokens of grants that were deleted. */
  shed(): Promise<void>
}

export interface EscrowDependencies {
  /** A folder, a second database, or a place of the host application's. */
  readonly escrow: string | EscrowPlace | null
  readonly store: LazyStore
  readonly clock: Clock
  readonly reporter: Reporter
  readonly forget: () => void
}

export function createEscrow({ escrow, ...dependencies }: EscrowDependencies): Escrow {
  const { store } = dependencies
  if (escrow === null) return { store, guard: null }
  let opening: Promise<Opened> | null = null
  const opened = (): Promise<Opened> => {
    opening ??= open(escrow, dependencies)
    return opening
  }
  let isReady = false
  return {
    store: {
      ...store,
      grants: { ...store.grants, ...later(grantWrites, async () => (await opened()).writes.grants) },
      connections: {
        ...store.connections,
        ...later(connectionWrites, async () => (await opened()).writes.connections),
      },
      async close() {
        await store.close()
        await (await opening)?.place.close?.()
      },
    },
    guard: {
      ready() {
        if (isReady) return null
        return opened()
          .then((escrow) => escrow.ready())
          .then(() => {
            isReady = true
          })
      },
      isBehind: async (row) => (await opened()).isBehind(row),
      heal: async () => (await opened()).heal(),
      round: async () => (await opened()).round(),
      shed: async () => (await opened()).shed(),
    },
  }
}

interface Opened extends OpenEscrow {
  readonly place: EscrowPlace
}

async function open(escrow: string | EscrowPlace, dependencies: Omit<EscrowDependencies, 'escrow'>): Promise<Opened> {
  const { openEscrow } = await import('./escrow/open-escrow.ts')
  const place = typeof escrow === 'string' ? (await import('./escrow/folder.ts')).escrowFolder(escrow) : escrow
  return { ...openEscrow({ place, ...dependencies }), place }
}

const grantWrites = ['commit', 'end', 'close', 'keepFallback', 'useFallback'] as const
const connectionWrites = ['attach', 'detach'] as const

type Writes = KeptWrites['grants'] & KeptWrites['connections']

/** The same operations, of what is loaded when the first of them is called. */
function later<Name extends keyof Writes>(
  names: readonly Name[],
  writes: () => Promise<Pick<Writes, Name>>,
): Pick<Writes, Name> {
  type Operation = (...values: unknown[]) => Promise<unknown>
  const operations = names.map((name) => {
    const operation: Operation = async (...values) => ((await writes())[name] as unknown as Operation)(...values)
    return [name, operation]
  })
  return Object.fromEntries(operations) as Pick<Writes, Name>
}
