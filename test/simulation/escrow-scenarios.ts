// What happens in a history with an escrow beside the other scenarios: backups, restores, compactions, an escrow that is away.
// It draws from a generator of its own.

import { createErasure } from './erasure.ts'
import type { SimulatedEscrow } from './escrow-place.ts'
import type { EscrowRules } from './escrow-rules.ts'
import { createKeyRotation } from './key-rotation.ts'
import type { Mutation } from './mutation.ts'
import type { Random } from './random.ts'
import type { Replicas } from './replicas.ts'
import type { Backup } from './restorable-store.ts'
import type { Workload } from './workload.ts'
import type { World } from './world.ts'

export interface EscrowScenarios {
  /** Seals what is left with the new key, and takes the old one away where nothing needs it. */
  endRotation(run: (ms: number) => Promise<boolean>): Promise<void>
  /** The last checks. */
  checkEnd(): Promise<void>
  /** Lets one thing happen, or none. */
  play(): void
}

export interface EscrowSetting {
  readonly escrow: SimulatedEscrow
  readonly rules: EscrowRules
}

const minute = 60_000
const hour = 60 * minute

export function createEscrowScenarios(
  world: World,
  { escrow, rules }: EscrowSetting,
  replicas: Replicas,
  workload: Workload,
  owners: readonly string[],
  random: Random,
  mutation: Mutation | null,
): EscrowScenarios {
  const { scheduler, database, note } = world
  const erasure = createErasure(world, { escrow, rules }, replicas, workload)
  const rotation = createKeyRotation(world, { escrow, rules }, random, mutation?.blindRotation === true)
  const backups: { readonly at: number; readonly backup: Backup }[] = []

  function backUp(): void {
    scheduler.after(random.between(0, random.pick([100, 3000, minute])), () => {
      backups.push({ at: scheduler.now(), backup: database.backUp() })
      note('store', () => 'is backed up')
    })
  }

  function restore(): void {
    const past = backups.filter(({ at }) => at + 48 * hour > scheduler.now())
    if (past.length === 0) return
    const { at, backup } = random.pick(past)
    note('store', () => `goes back to ${new Date(at).toISOString()}`)
    replicas.replaceStore(random.pick(['crash', 'stop', 'either']), async () => {
      // What a later backup has is of a time that is undone: the escrow knows what has come after it, or what came instead.
      while ((backups.at(-1)?.at ?? 0) > at) backups.pop()
      await rules.restore(backup, workload.connections)
      erasure.restored()
    })
  }

  function compact(): void {
    const process = replicas.any()?.running?.process
    if (!process) return
    note(process.name, () => 'the escrow is compacted')
    void escrow.compactBeside(process).catch(() => {})
  }

  function rotate(): void {
    const process = replicas.any()?.running?.process
    if (!process) return
    rotation.play(process)
    // Each process gets the new order of the keys when it starts again.
    for (const replica of replicas.all) if (random.odds(0.5)) replicas.restart(replica)
  }

  function away(): void {
    const ms = random.between(500, random.pick([5000, 3 * minute]))
    note('escrow', () => `is away for ${ms} ms`)
    escrow.away(ms)
  }

  return {
    checkEnd: erasure.checkEnd,
    async endRotation(run) {
      if (!rotation.hasBegun) return
      for (let times = 0; times < 3; times++) {
        const process = replicas.any()?.running?.process
        if (process) void rotation.rotate(process).catch(() => {})
        if (!(await run(10 * minute))) return
      }
      if (!(await rotation.removeOld())) return
      for (const replica of replicas.all) replicas.restart(replica)
      if (!(await run(10 * minute))) return
      for (const { running } of replicas.all) running?.punctual.start()
    },
    play() {
      if (world.faults.healed || random.odds(0.4)) backUp()
      switch (random.weighted({ nothing: 40, restore: 22, compact: 14, away: 14, erase: 10, rotate: 10 })) {
        case 'restore':
          return restore()
        case 'compact':
          return compact()
        case 'away':
          return away()
        case 'rotate':
          return rotate()
        case 'erase':
          scheduler.after(random.between(0, 2000), () => erasure.play(random.pick(owners)))
      }
    },
  }
}
