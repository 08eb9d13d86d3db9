// The sealed texts of the escrow, for the commands about keys: a key that seals something there is still needed.

import type { Store } from '../../../core/store/store.ts'
import { compact } from '../../../escrow/compact.ts'
import type { GrantEntry } from '../../../escrow/entry.ts'
import { readKnown } from '../../../escrow/heal.ts'
import { grantPlace } from '../../../records/grants.ts'
import type { Vault } from '../../../vault/cipher.ts'
import { parseEnvelope } from '../../../vault/envelope.ts'
import { onEscrow } from '../../operating/escrow.ts'

/** How many token sets of a database were sealed with each key. */
export async function keysInEscrow(escrow: string, store: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const sealed of await setsIn(escrow, store)) {
    const key = parseEnvelope(sealed)?.key ?? ''
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

export interface ResealInEscrow {
  /** Its name in the settings. */
  readonly escrow: string
  readonly store: Pick<Store, 'identity'>
  readonly vault: Vault
  readonly isDryRun: boolean
  /** Called when a set does not open: it stays as it is. */
  readonly unreadable: (grant: string, error: unknown) => void
}

/** Seals again, by a compaction, what an older key has sealed. Returns how many token sets. */
export async function resealInEscrow({ escrow, store, vault, isDryRun, unreadable }: ResealInEscrow): Promise<number> {
  const name = await store.identity()
  const isOld = (sealed: string) => !sealed.startsWith(`p1.${vault.currentKey}.`)
  if (isDryRun) return (await setsIn(escrow, name)).filter(isOld).length
  let resealed = 0
  function reseal(sealed: string, entry: GrantEntry): string {
    if (!isOld(sealed) || (entry.store !== null && entry.store !== name)) return sealed
    const place = grantPlace(entry.grant)
    try {
      const again = vault.seal(place, vault.open(place, sealed))
      resealed++
      return again
    } catch (error) {
      unreadable(entry.grant, error)
      return sealed
    }
  }
  await onEscrow(escrow, (place) => compact(place, Date.now(), reseal))
  return resealed
}

async function setsIn(escrow: string, store: string): Promise<readonly string[]> {
  const known = await onEscrow(escrow, (place) => readKnown(place, store))
  return [...known.grants.values()]
    .flat()
    .flatMap(({ set }) => (set === null ? [] : [set.tokens, ...set.fallbackTokens]))
}
