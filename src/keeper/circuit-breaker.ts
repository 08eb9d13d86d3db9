// The circuit breaker of a client. One refusal may be about one grant (RFC 6749, section 5.2): the circuit opens when a
// second grant is refused with the same code, and closes when the provider accepts the client again. A grant that is refused
// while others are accepted is left to its own back-off.

import { createHash } from 'node:crypto'
import type { Client, ClientHealth } from '../core/provider.ts'
import type { ClientStore, RefusedClientRow } from '../core/store/clients.ts'
import type { Grant } from '../records/grants.ts'
import { sharedReads } from '../records/shared-reads.ts'

/** Why a grant may not be presented now, and for how many milliseconds. `probing`: another grant is being presented to find out about the client. */
export interface Block {
  readonly kind: 'open' | 'probing'
  readonly waitMs: number
  readonly reason: string
}

export interface CircuitBreaker {
  /** `null`: the grant may be presented. */
  check(client: Client, grant: Grant): Promise<Block | null>
  /** Notes that the provider refused the client in the refresh of that grant. */
  refuse(client: Client, grant: Grant, refusal: { readonly code: string; readonly reason: string }): Promise<void>
  /** Notes an answer that shows that the client is accepted. */
  accept(client: Client, grant: Grant): Promise<void>
  /** How the provider has taken this client's credentials lately. */
  health(client: Client): Promise<ClientHealth>
}

const firstProbeMs = 60_000
const lastProbeMs = 900_000
/** Milliseconds in which no third grant is presented while the answer to a second one may come. */
const probeTurnMs = 10_000
/** A client with one grant has no second one to try: this long after the first refusal, its next one confirms the first. */
const repeatedAfterMs = 60_000
/** Grants whose refusal this process remembers. */
const mostRemembered = 10_000

interface Remembered {
  readonly generation: number
  readonly reason: string
  /** Whether the client has been accepted since, for other grants. */
  readonly alone: boolean
}

export interface CircuitBreakerDependencies {
  readonly clients: ClientStore
  readonly report: { misconfigured(client: string, reason: string): void; recovered(client: string): void }
}

export function createCircuitBreaker({ clients, report }: CircuitBreakerDependencies): CircuitBreaker {
  /** By grant: the credentials whose refusals end when its presentation is accepted. */
  const probes = new Map<string, readonly string[]>()
  const remembered = new Map<string, Remembered>()
  const refusedOf = sharedReads((client) => clients.refused(client))

  /** What this process knows of a refusal of that very token set. */
  function recall(grant: Grant, refused: RefusedClientRow | undefined): Remembered | null {
    const own = remembered.get(grant.id)
    if (own?.generation !== grant.generation) return null
    if (refused || own.alone) return own
    const alone = { ...own, alone: true }
    remembered.set(grant.id, alone)
    return alone
  }

  return {
    async check(client, grant) {
      const rows = await refusedOf(client.id)
      if (rows.length === 0 && !remembered.has(grant.id)) return null
      const credentials = credentialsOf(client)
      const refused = rows.find((row) => row.credentials === credentials)
      const own = recall(grant, refused)
      const isWitness = refused !== undefined && refused.witness === grant.id
      const coolingMs = grant.retryAt - grant.readAt
      if ((own || isWitness) && coolingMs > 0) return open(coolingMs, own?.reason ?? refused?.reason ?? '')
      if (refused && !isWitness && !(own?.alone && refused.witness !== null)) {
        const block = await probeOrBlock(clients, refused)
        if (block) return block
      }
      const replaced = rows.filter((row) => row !== refused && isReplaced(row))
      const ends = refused ? [refused, ...replaced] : replaced
      if (ends.length > 0)
        probes.set(
          grant.id,
          ends.map((row) => row.credentials),
        )
      return null
    },
    async refuse(client, grant, { code, reason }) {
      probes.delete(grant.id)
      const own = remembered.get(grant.id)
      const alone = own?.generation === grant.generation && own.alone
      if (remembered.size >= mostRemembered) remembered.clear()
      remembered.set(grant.id, { generation: grant.generation, reason, alone })
      if (alone) return
      const credentials = credentialsOf(client)
      const refusal = { credentials, grant: grant.id, code, reason, repeatedAfterMs, probeInMs: firstProbeMs }
      if (await clients.refuse(client.id, refusal)) report.misconfigured(client.id, reason)
    },
    async accept(client, grant) {
      remembered.delete(grant.id)
      const ends = probes.get(grant.id) ?? []
      probes.delete(grant.id)
      for (const credentials of ends) if (await clients.resume(credentials)) report.recovered(client.id)
    },
    async health(client) {
      const credentials = credentialsOf(client)
      const refused = (await refusedOf(client.id)).find((row) => row.credentials === credentials)
      if (!refused) return 'accepted'
      return refused.confirmed ? 'misconfigured' : 'suspected'
    },
  }
}

/** `null`: it is this caller's turn to probe. */
async function probeOrBlock(clients: ClientStore, refused: RefusedClientRow): Promise<Block | null> {
  const { credentials, witness, since, probeAt, readAt, reason } = refused
  const nextInMs = witness === null ? clamp(readAt - since, firstProbeMs, lastProbeMs) : probeTurnMs
  if (probeAt <= readAt && (await clients.probe(credentials, nextInMs))) return null
  const waitMs = Math.max(1, probeAt - readAt)
  return witness === null ? open(waitMs, reason) : { kind: 'probing', waitMs, reason }
}

function open(waitMs: number, reason: string): Block {
  return { kind: 'open', waitMs, reason }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}

/** Whether no process tries those credentials any more: they have been replaced. */
function isReplaced({ probeAt, readAt }: RefusedClientRow): boolean {
  return readAt - probeAt > lastProbeMs
}

/** Returns a digest that differs for each client, and for a replica with another secret. */
function credentialsOf({ id, clientId, clientSecret }: Client): string {
  const text = JSON.stringify(['client credentials', id, clientId, clientSecret?.reveal() ?? null])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
