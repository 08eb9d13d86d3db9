// Connecting an account from a back end: it asks for an address, sends the browser there, and says afterwards who is signed in.

import { PunctualError } from '../../../core/errors.ts'
import { connectSessionNotFound } from '../../../core/not-found.ts'
import { schedulingVerbs } from '../../../core/scheduling/verb-capabilities.ts'
import { ownerOf } from '../request/gate.ts'
import type { ConnectSession } from '../request/host.ts'
import { type Operation, operation } from '../request/operation.ts'
import { named, z } from '../request/zod.ts'
import { id, instant, shape, text, textOrNull } from '../schemas/common.ts'
import { connectionSchema, shownConnection } from '../schemas/connection.ts'
import { exampleClient, exampleConnection } from '../schemas/examples.ts'

const owner = z.string().meta({ description: 'Your own id of the user or tenant who is signed in.' })
const sessionId = 'session_4kq1vN0oQm2sT8xB5yZ7aAkW3rD9fUjL6pC1eHgXn0iQ'
const scopeList = z.array(z.string()).max(100)

const createConnectSession: Operation = operation({
  id: 'createConnectSession',
  method: 'post',
  path: '/v1/connect-sessions',
  tag: 'Connecting',
  scope: 'connections:write',
  summary: 'Begin to connect an account',
  description:
    'Send the browser to url. It comes back to returnTo with punctual_session in the query; then complete the session. If the ' +
    'person declines, it comes back with punctual=failed and error=access_denied, and there is nothing to complete.',
  body: {
    schema: z
      .strictObject({
        owner,
        returnTo: z.string().meta({
          description: 'Where the browser goes in the end: a whole address, or a path on the origin of the service.',
        }),
        clients: z
          .array(z.string())
          .max(100)
          .optional()
          .meta({ description: 'What may be connected, by the ids of the OAuth apps. Default: all.' }),
        scopes: z
          .union([scopeList, z.record(z.string(), scopeList)], {
            error: 'must be a list of scopes, or an object with a list for each client',
          })
          .optional()
          .meta({
            description:
              'Instead of those of the client. A list only where one client is meant. A repair adds them to what the connection has.',
          }),
        features: z.array(z.enum(schedulingVerbs)).max(100).optional().meta({
          description: 'Instead of scopes, verbs of the scheduling model, such as book: the scopes that they need.',
        }),
        connection: z.string().optional().meta({ description: 'The connection to repair.' }),
        anotherAccount: z
          .boolean()
          .optional()
          .meta({ description: 'Whether that connection may move to another account.' }),
      })
      .meta(named('ConnectSessionRequest')),
    example: { owner: 'user-42', returnTo: 'https://app.example.com/settings', clients: [exampleClient] },
  },
  answer: {
    status: 201,
    description: 'The session. The person who has its address may connect for the owner, until it expires.',
    schema: z.object({ id: z.string(), url: z.string(), expiresAt: instant }).meta(named('ConnectSession')),
    example: {
      id: sessionId,
      url: 'https://connect.example.com/connect/session_4kq1vN0oQm2sT8xB5yZ7aA',
      expiresAt: '2026-11-27T09:30:00.000Z',
    },
  },
  errors: ['connection_not_found'],
  async handle({ body }, { punctual, apiKey }) {
    ownerOf(apiKey, body.owner)
    const { id, url, expiresAt } = await punctual.connectSessions.create(body)
    return { id, url: url.href, expiresAt: expiresAt.toISOString() }
  },
})

/** How far a session has come. */
interface ShownSession {
  readonly id: string
  readonly owner: string
  readonly returnTo: string
  readonly clients: readonly string[]
  readonly repairs: string | null
  readonly state: 'open' | 'failed' | 'held' | 'completed' | 'expired'
  readonly error: string | null
  readonly reason: string | null
  readonly connection: string | null
  readonly createdAt: string
  readonly expiresAt: string
}

const shownSessionSchema = shape<ShownSession>('ConnectSessionState', {
  id: text,
  owner,
  returnTo: text,
  clients: z.array(z.string()).meta({ description: 'What may be connected.' }),
  repairs: textOrNull.meta({ description: 'The connection to repair.' }),
  state: z.enum(['open', 'failed', 'held', 'completed', 'expired']).meta({
    description:
      'open: nobody has come back yet. failed: somebody has, without a connection; the session can be used again. held: ' +
      'somebody has consented, complete it. completed: there is a connection. expired: it is too late.',
  }),
  error: textOrNull.meta({ description: 'For failed: access_denied if the person declined, or another code.' }),
  reason: textOrNull.meta({ description: 'A word that says more than error.' }),
  connection: textOrNull.meta({ description: 'For completed: the id of the connection.' }),
  createdAt: instant,
  expiresAt: instant,
})

function shownSession(session: ConnectSession): ShownSession {
  const { id, owner, returnTo, clients, connection, connected, failure, createdAt, expiresAt } = session
  const state = session.state === 'open' && failure ? 'failed' : session.state
  return {
    id,
    owner,
    returnTo,
    clients,
    repairs: connection,
    state: session.isExpired && state !== 'completed' ? 'expired' : state,
    error: failure?.error ?? null,
    reason: failure?.reason ?? null,
    connection: connected,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}

const getConnectSession: Operation = operation({
  id: 'getConnectSession',
  method: 'get',
  path: '/v1/connect-sessions/{id}',
  tag: 'Connecting',
  scope: 'connections:read',
  summary: 'Read how far a connect session has come',
  description: 'An expired session can be read for some time more.',
  params: z.object({ id: id('The id of the session.', sessionId) }),
  answer: {
    status: 200,
    description: 'The session.',
    schema: shownSessionSchema,
    example: {
      id: sessionId,
      owner: 'user-42',
      returnTo: 'https://app.example.com/settings',
      clients: [exampleClient],
      repairs: null,
      state: 'failed',
      error: 'access_denied',
      reason: null,
      connection: null,
      createdAt: '2026-11-27T09:00:00.000Z',
      expiresAt: '2026-11-27T09:30:00.000Z',
    },
  },
  errors: ['connect_session_not_found'],
  async handle({ params }, { punctual: { connectSessions }, apiKey }) {
    const session = await connectSessions.get(params.id, { expired: true })
    if (apiKey.owner !== null && session.owner !== apiKey.owner) throw connectSessionNotFound()
    return shownSession(session)
  },
})

const completeConnectSession: Operation = operation({
  id: 'completeConnectSession',
  method: 'post',
  path: '/v1/connect-sessions/{id}/complete',
  tag: 'Connecting',
  scope: 'connections:write',
  summary: 'Complete a connect session',
  description:
    'Says who is signed in to your application in the browser that came back. Only then is the code exchanged. The id is the ' +
    'punctual_session that this browser brought to returnTo; compare it with the one that you have kept for the person, and do ' +
    'not complete the kept one by itself: somebody may have sent the address of the page to another person, whose account would ' +
    'then be connected for the sender. The same request again returns the same connection. An owner that did not begin it is ' +
    'refused, and ends nothing.',
  params: z.object({
    id: id('What the browser brought back as punctual_session.', sessionId),
  }),
  body: {
    schema: z.strictObject({ owner }).meta(named('CompleteRequest')),
    example: { owner: 'user-42' },
  },
  answer: { status: 200, description: 'The connection.', schema: connectionSchema, example: exampleConnection },
  errors: [
    'connect_session_not_found',
    'attempt_refused',
    'account_mismatch',
    'insufficient_scope',
    'provider_unavailable',
    'client_misconfigured',
  ],
  async handle({ params, body }, { punctual, apiKey }) {
    ownerOf(apiKey, body.owner)
    const completed = punctual.complete({ session: params.id, owner: body.owner }).catch((error: unknown) => {
      throw isNotThere(error, apiKey.owner) ? connectSessionNotFound() : error
    })
    return shownConnection(await completed)
  },
})

/** An id that names no session; for a key that is bound to an owner also the session of another one. */
function isNotThere(error: unknown, owner: string | null): boolean {
  if (!(error instanceof PunctualError) || error.code !== 'attempt_refused') return false
  return error.reason === 'unknown' || (owner !== null && error.reason === 'another_person')
}

export const connectSessions: readonly Operation[] = [createConnectSession, getConnectSession, completeConnectSession]
