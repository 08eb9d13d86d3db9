// Lists the clients, registers one, and changes one: its status, scopes, addresses or secrets.

import { z } from 'zod'
import { jsonAnswer } from '../http/exchange.ts'
import { buildClient, type Client, type ClientInput, clientInput, findClient } from '../world/clients.ts'
import { digest } from '../world/seal.ts'
import type { World } from '../world/world.ts'
import { type ControlAnswer, type ControlCall, type ControlRoute, checkBody } from './call.ts'

/** The endpoints of the clients. */
export const clientRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/control/clients',
    answer: ({ world }) => jsonAnswer(200, { clients: world.state.clients.map(shownClient) }),
  },
  { method: 'POST', path: '/control/clients', answer: setClient },
]

const known = z.object({ provider: z.enum(['calendly', 'calcom']), id: z.string() })

/** A client without its secrets. */
function shownClient({ secretDigests, webhookKey: _, ...client }: Client): Omit<
  Client,
  'secretDigests' | 'webhookKey'
> & {
  secrets: number
} {
  return { ...client, secrets: secretDigests.length }
}

/** Gives the client a new secret in place of those that it has; false if it has none. */
export function replaceSecret(world: World, client: Client, secret: string): boolean {
  if (!client.confidential) return false
  client.secretDigests = [digest(secret)]
  world.changed()
  return true
}

/** A known id changes that client: what is not given stays. */
function setClient(call: ControlCall): ControlAnswer {
  const { world, body } = call
  const named = known.safeParse(body)
  const existing = named.success ? findClient(world.state.clients, named.data.provider, named.data.id) : null
  if (existing === null) {
    return checkBody(call, clientInput, 'The client', (input) => {
      const { client, secret } = buildClient(input, world.random)
      world.state.clients.push(client)
      world.changed()
      const told = {
        ...(secret === null ? {} : { secret }),
        ...(client.provider === 'calendly' ? { webhookKey: client.webhookKey } : {}),
      }
      return jsonAnswer(201, { client: shownClient(client), ...told })
    })
  }
  const completed = { ...call, body: { redirectUris: existing.redirectUris, ...(body as object) } }
  return checkBody(completed, clientInput, 'The client', (input) => {
    change(existing, input, world.random)
    world.changed()
    return jsonAnswer(200, { client: shownClient(existing) })
  })
}

function change(client: Client, input: ClientInput, random: (bytes: number) => Uint8Array): void {
  const built = buildClient(input, random).client
  client.redirectUris = built.redirectUris
  if (input.name !== undefined) client.name = built.name
  if (input.scopes !== undefined) client.scopes = built.scopes
  if (input.secret !== undefined || input.secrets !== undefined) {
    client.secretDigests = built.secretDigests
    client.confidential = built.confidential
  }
  if (input.provider !== 'calcom') {
    if (input.webhookKey !== undefined) client.webhookKey = input.webhookKey
    return
  }
  if (input.trusted !== undefined) client.trusted = input.trusted
  if (input.status !== undefined) client.status = input.status
  if (input.owner !== undefined) client.owner = input.owner
}
