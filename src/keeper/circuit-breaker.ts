// The circuit breaker of a client. One refusal may be about one grant (RFC 6749, section 5.2): it opens when a second
// grant is refused with the same code, and closes when the provider takes the client again. A grant that is refused
// while others are taken is left to its own back-off.

import { createHash } from 'node:crypto'
import type { Client } from '../core/provider.ts'
import type { ClientStore, RefusedClientRow } from '../core/store/clients.ts'
import type { Grant } from '../records/grants.ts'

/** Why a grant may not be presented now, and for how many ms. `asking`: another grant is being asked whether it is the client. */
export interface Hold {
  readonly kind: 'paused' | 'asking'
  readonly wait: number
  readonly reason: string
}

export interface CircuitBreaker {
  /** `null`: present it. */
  hold(client: Client, grant: Grant): Promise<Hold | null>
  /** Notes that the provider refused the client in the renewal of that grant. */
  refuse(client: Client, grant: Grant, refusal: { readonly code: string; readonly reason: string }): Promise<void>
  /** Notes an answer that shows that the client is accepted. */
  accept(client: Client, grant: Grant): Promise<void>
}

const firstProbe = 60_000
const lastProbe = 900_000
/** Ms in which no third grant is asked while the answer to a second one may come. */
const turn = 10_000
/** A client with one grant has no second one to ask: so long after the first refusal its next one confirms it. */
const repeatedAfterMs = 60_000
/** Grants whose refusal this process remembers. */
const most = 10_000

interface Remembered {
  readonly generation: number
  readonly reason: string
  /** Whether the client has been accepted since, for others. */
  readonly alone: boolean
}

export function createCircuitBreaker(parts: {
  readonly clients: ClientStore
  readonly report: { misconfigured(client: string, reason: string): void; recovered(client: string): void }
}): CircuitBreaker {
  const { clients, report } = parts
  /** By grant: the credentials whose refusals an accepted answer to its presentation ends. */
  const trials = new Map<string, readonly string[]>()
  const refused = new Map<string, Remembered>()

  /** What this process knows of a refusal of that very token set. */
  function recall(grant: Grant, pause: RefusedClientRow | undefined): Remembered | null {
    const own = refused.get(grant.id)
    if (own?.generation !== grant.generation) return null
    if (pause || own.alone) return own
    const alone = { ...own, alone: true }
    refused.set(grant.id, alone)
    return alone
  }

  return {
    async hold(client, grant) {
      const credentials = credentialsOf(client)
      const rows = await clients.refused(client.id)
      const pause = rows.find((row) => row.credentials === credentials)
      const own = recall(grant, pause)
      const isWitness = pause !== undefined && pause.witness === grant.id
      const cooling = grant.retryAt - grant.readAt
      if ((own || isWitness) && cooling > 0) return paused(cooling, own?.reason ?? pause?.reason ?? '')
      const left = rows.filter((row) => row !== pause && isLeft(row))
      if (pause && !isWitness && !(own?.alone && pause.witness !== null)) {
        const next = pause.witness === null ? within(pause.readAt - pause.since, firstProbe, lastProbe) : turn
        if (pause.probeAt > pause.readAt || !(await clients.probe(credentials, next))) {
          const wait = Math.max(1, pause.probeAt - pause.readAt)
          return pause.witness === null ? paused(wait, pause.reason) : { kind: 'asking', wait, reason: pause.reason }
        }
      }
      const ends = pause ? [pause, ...left] : left
      if (ends.length > 0)
        trials.set(
          grant.id,
          ends.map((row) => row.credentials),
        )
      return null
    },
    async refuse(client, grant, { code, reason }) {
      trials.delete(grant.id)
      const own = refused.get(grant.id)
      const alone = own?.generation === grant.generation && own.alone
      if (refused.size >= most) refused.clear()
      refused.set(grant.id, { generation: grant.generation, reason, alone })
      if (alone) return
      const credentials = credentialsOf(client)
      const refusal = { credentials, grant: grant.id, code, reason, repeatedAfterMs, probeInMs: firstProbe }
      if (await clients.refuse(client.id, refusal)) report.misconfigured(client.id, reason)
    },
    async accept(client, grant) {
      refused.delete(grant.id)
      const ends = trials.get(grant.id) ?? []
      trials.delete(grant.id)
      for (const credentials of ends) if (await clients.resume(credentials)) report.recovered(client.id)
    },
  }
}

function paused(wait: number, reason: string): Hold {
  return { kind: 'paused', wait, reason }
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}

/** Whether nobody tries those credentials any more: they have been replaced. */
function isLeft({ probeAt, readAt }: RefusedClientRow): boolean {
  return readAt - probeAt > lastProbe
}

/** Tells the credentials of one client from another's, and from those of a replica with another secret. */
function credentialsOf({ id, clientId, clientSecret }: Client): string {
  const text = JSON.stringify(['client credentials', id, clientId, clientSecret?.reveal() ?? null])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
