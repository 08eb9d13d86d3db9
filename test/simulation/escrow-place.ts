// The escrow of a history: texts in a place of its own, which no restore puts back. Its operations are slow, fail before or
// after they take effect, and are away for a while; a process may die between the steps of a compaction.

import type { EscrowPlace, EscrowPosition } from '../../src/core/escrow-place.ts'
import { type Compaction, compact, type Reseal } from '../../src/escrow/compact.ts'
// Loaded before a history begins: the product loads it when the first process does something.
import '../../src/escrow/open-escrow.ts'
import { performWithFaults } from './fault-injection.ts'
import type { StoreFate } from './faults.ts'
import type { Random } from './random.ts'
import type { IssuedSet } from './token-issuer.ts'
import type { SimulatedProcess, World } from './world.ts'

/** What the texts say of a grant, at its highest generation. */
export interface EscrowedGrant {
  readonly generation: number
  readonly isEnded: boolean
  readonly sets: ReadonlySet<IssuedSet>
}

export interface SimulatedEscrow {
  /** The place as a process sees it. */
  placeOf(process: SimulatedProcess): EscrowPlace
  /** Makes it unavailable for so many ms. */
  away(ms: number): void
  /** `punctual escrow compact`, beside a process on the machine of that one. */
  compactBeside(process: SimulatedProcess, reseal?: Reseal): Promise<Compaction>
  texts(): readonly string[]
  /** Whether two compactions have run at the same time since then. */
  hasOverlappedSince(at: number): boolean
  newest(grant: string): EscrowedGrant | null
  /** The last word about a connection; `false` where there is not one. */
  isDisconnected(connection: string): boolean
  /** Something may have kept a text of that process out. */
  troubled(process: SimulatedProcess): void
  /** Whether that has happened since then. */
  isTroubledSince(process: SimulatedProcess, at: number): boolean
}

interface Rates {
  readonly fails: number
  readonly slow: number
}

interface Position extends EscrowPosition {
  readonly serial: number
}

/** A refresh waits for its text for two seconds: what takes nearly as long may not be there. */
const slowMs = 1500

export function createSimulatedEscrow(
  world: () => World,
  random: Random,
  seenByCompaction: (texts: readonly string[]) => readonly string[] = (texts) => texts,
): SimulatedEscrow {
  const rate = (probability: number, highest: number) => (random.odds(probability) ? random.next() * highest : 0)
  const rates: Rates = { fails: rate(0.4, 0.15), slow: rate(0.4, 0.15) }
  const texts = new Map<number, string>()
  const troubles = new Map<SimulatedProcess, number>()
  let drawn = 0
  let awayUntil = 0
  let overlappedAt = -1
  const compacting = new Set<SimulatedProcess>()

  const troubled = (process: SimulatedProcess) => void troubles.set(process, world().scheduler.now())
  const add = (text: string) => void texts.set(++drawn, text)

  const fate = () => drawFate(world(), random, rates, awayUntil)

  function perform<Result>(process: SimulatedProcess, what: string, run: () => Result): Promise<Result> {
    const drawnFate = fate()
    if (drawnFate.fails || drawnFate.transit + drawnFate.answer > slowMs) troubled(process)
    return performWithFaults(world(), process, {
      what: `escrow.${what}`,
      fate: drawnFate,
      failure: () => Object.assign(new Error('the escrow is away'), { code: 'EIO' }),
      async run() {
        const result = run()
        world().note(process.name, () => `escrow.${what}, ${texts.size} texts`)
        return result
      },
    })
  }

  function placeOf(process: SimulatedProcess): EscrowPlace {
    return {
      append: (added) => perform(process, `append ${added.length}`, () => added.forEach(add)),
      read: (since) =>
        perform(process, 'read', () => {
          const from = (since as Position | null)?.serial ?? 0
          const found = [...texts].filter(([serial]) => serial > from).map(([, text]) => text)
          return {
            texts: found,
            position: { serial: drawn } satisfies Position,
            bytes: [...texts.values()].join().length,
          }
        }),
      async compact(keep) {
        for (const other of compacting) if (other.ended) compacting.delete(other)
        if (compacting.size > 0) overlappedAt = world().scheduler.now()
        compacting.add(process)
        const read = await perform(process, 'compact: read', () => new Map(texts))
        const kept = new Set(keep(seenByCompaction([...read.values()])))
        await perform(process, 'compact: add', () => {
          const known = new Set(read.values())
          for (const text of kept) if (!known.has(text)) add(text)
        })
        const seen = new Set<string>()
        const old = [...read].filter(([, text]) => !kept.has(text) || seen.has(text) || !seen.add(text))
        for (let from = 0; from < old.length; from += deletedAtOnce)
          await perform(process, 'compact: delete', () => {
            for (const [serial] of old.slice(from, from + deletedAtOnce)) texts.delete(serial)
          })
        compacting.delete(process)
      },
    }
  }

  return {
    placeOf,
    away(ms) {
      awayUntil = world().scheduler.now() + ms
    },
    texts: () => [...texts.values()],
    hasOverlappedSince: (at) => overlappedAt >= at,
    compactBeside: (process, reseal) =>
      compact(placeOf(process), world().scheduler.now() + process.machine.ahead, reseal),
    newest: (grant) => newestIn(world(), [...texts.values()], grant),
    isDisconnected(connection) {
      const entries = [...texts.values()].map(contentOf).filter((entry) => entry.connection === connection)
      return entries.sort((a, b) => a.at - b.at).at(-1)?.isDisconnected ?? false
    },
    troubled,
    isTroubledSince: (process, at) => (troubles.get(process) ?? -1) >= at,
  }
}

const deletedAtOnce = 20

function drawFate({ faults, scheduler }: World, random: Random, rates: Rates, awayUntil: number): StoreFate {
  const near = { transit: random.between(0, 3), answer: random.between(0, 2) }
  if (faults.healed) return { ...near, fails: null }
  const late = random.odds(rates.slow) ? random.pick(['transit', 'answer'] as const) : null
  const lateMs = random.odds(0.5) ? random.between(100, 1900) : random.between(2000, 15_000)
  const isAway = awayUntil > scheduler.now()
  return {
    ...near,
    ...(late && { [late]: lateMs }),
    fails: isAway ? 'before' : random.odds(rates.fails) ? random.pick(['before', 'after'] as const) : null,
  }
}

/** The fields that the rules read. */
interface Content {
  readonly at: number
  readonly grant?: string
  readonly generation: number
  readonly status?: string
  readonly set?: { readonly tokens: string; readonly fallbackTokens: readonly string[] } | null
  readonly connection?: string
  readonly isDisconnected?: boolean
}

function contentOf(text: string): Content {
  return JSON.parse(text.slice(text.indexOf('{'))) as Content
}

function newestIn(
  { checker: { tracker }, provider }: World,
  texts: readonly string[],
  grant: string,
): EscrowedGrant | null {
  const entries = texts.map(contentOf).filter((entry) => entry.grant === grant)
  if (entries.length === 0) return null
  const generation = Math.max(...entries.map((entry) => entry.generation))
  const newest = entries.filter((entry) => entry.generation === generation)
  const sealed = newest.flatMap(({ set }) => (set ? [set.tokens, ...set.fallbackTokens] : []))
  const sets = sealed.flatMap((text) => provider.sets[(tracker.numberIn(grant, text) ?? 0) - 1] ?? [])
  return { generation, isEnded: newest.some(({ status }) => status !== 'live'), sets: new Set(sets) }
}
