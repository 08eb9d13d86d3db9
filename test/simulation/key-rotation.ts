// The keys are changed while everything runs: a new first key in each process that starts, `rotate` beside them, and at the end
// the old key is taken away where nothing needs it. The memory store has no `rotate` of its own: this one visits the same values
// as src/store/sql/reseal.ts, under the same conditions, and replaces each by compare-and-swap.

import { keyOfSealed } from '../../src/core/store/sealed.ts'
import { attemptPlace } from '../../src/records/attempts.ts'
import { grantPlace } from '../../src/records/grants.ts'
import { subscriptionPlace } from '../../src/records/subscriptions.ts'
import type { GrantRecord } from '../../src/store/memory/engine/tables.ts'
import { createVault, type Place, type Vault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import type { EscrowSetting } from './escrow-scenarios.ts'
import { readJournalText } from './journal-texts.ts'
import type { Random } from './random.ts'
import { rotatedKey, simulatedKey } from './token-tracker.ts'
import type { SimulatedProcess, World } from './world.ts'

export interface KeyRotation {
  /** Puts the new key first, in processes that start from now on; later it seals again what the old one has sealed. */
  play(process: SimulatedProcess): void
  /** Whether the keys are being changed. */
  readonly hasBegun: boolean
  /** Seals again what is left. */
  rotate(process: SimulatedProcess): Promise<void>
  /** Takes the old key away, unless something needs it. Returns whether it is gone. */
  removeOld(): Promise<boolean>
}

export function createKeyRotation(world: World, setting: EscrowSetting, random: Random, isBlind: boolean): KeyRotation {
  const { checker, database, note } = world
  const rotate = createRotate(world, setting, random, isBlind)
  let hasBegun = false
  return {
    get hasBegun() {
      return hasBegun
    },
    play(process) {
      hasBegun = true
      world.keys = [rotatedKey, simulatedKey]
      void rotate(process).catch(() => {})
    },
    rotate,
    async removeOld() {
      const stored = await database.store.sealed.count([], 1)
      const files = checker.tracker.journals.flatMap((journal) => [...journal.values()])
      const isNeeded =
        stored.some(({ key }) => key === oldId) ||
        [...setting.escrow.texts(), ...files].some((text) => text.includes(`p1.${oldId}.`))
      if (!isNeeded) world.keys = [rotatedKey]
      note('world', () => (isNeeded ? 'the old key is needed' : 'the old key is taken away'))
      return !isNeeded
    },
  }
}

const isOld = (sealed: unknown): sealed is string => typeof sealed === 'string' && keyOfSealed(sealed) === oldId

/** Returns the command, beside a process on the machine of that one. */
function createRotate(
  { checker, database: { tables }, scheduler, note }: World,
  { escrow }: EscrowSetting,
  random: Random,
  isBlind: boolean,
): KeyRotation['rotate'] {
  const vault: Vault = createVault(createKeyring([rotatedKey, simulatedKey]), random.bytes)
  const later = () =>
    new Promise<void>((resolve) => void scheduler.after(random.between(0, random.pick([40, 1000])), resolve))

  /** What does not open stays as it is. */
  function again(place: Place, sealed: string): string {
    if (!isOld(sealed)) return sealed
    try {
      return vault.seal(place, vault.open(place, sealed))
    } catch {
      return sealed
    }
  }

  /** A late answer names the set that it replaces by its text: such a set has to wait. */
  const isFree = ({ intent, outcomeUnknown, fallbackTokens, leaseOwner, leaseUntil }: GrantRecord) =>
    intent === null &&
    !outcomeUnknown &&
    fallbackTokens.length === 0 &&
    (leaseOwner === null || leaseUntil <= scheduler.now())

  async function resealRows<Row extends object>(
    table: Map<string, Row>,
    column: keyof Row & string,
    place: (id: string) => Place,
    mayBe: (row: Row) => boolean = () => true,
  ): Promise<void> {
    for (const [id, row] of [...table]) {
      const sealed = row[column]
      if (!isOld(sealed) || !mayBe(row)) continue
      const text = again(place(id), sealed)
      await later()
      const now = table.get(id)
      if (now && (isBlind || (now[column] === sealed && mayBe(now)))) table.set(id, { ...now, [column]: text })
    }
  }

  async function resealJournals(): Promise<void> {
    for (const files of checker.tracker.journals)
      for (const [name, text] of [...files]) {
        const { renewal, answer } = (name.startsWith('foreign') ? null : readJournalText(text)) ?? {}
        const place = renewal ? grantPlace(renewal.grant) : answer ? attemptPlace(answer.attempt, 'answer') : null
        if (!place) continue
        const other = text.replace(/p1\.[\w-]{8}\.[^"]*/g, (sealed) => again(place, sealed))
        await later()
        if (files.has(name)) files.set(name, other)
      }
  }

  return async (process) => {
    note(process.name, () => 'keys are rotated')
    await resealJournals()
    await resealRows(tables.grants, 'tokens', grantPlace, isFree)
    for (const column of ['verifier', 'code', 'answer'] as const)
      await resealRows(tables.attempts, column, (id) => attemptPlace(id, column))
    await resealRows(tables.subscriptions, 'secrets', subscriptionPlace)
    await escrow.compactBeside(process, (sealed, { grant }) => again(grantPlace(grant), sealed))
  }
}

const oldId = createKeyring([simulatedKey]).current
