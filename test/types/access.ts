// What the compiler says about connect sessions and API keys. Compiled with everything else, never run.

import {
  type ApiKey,
  type ApiKeys,
  type ApiScope,
  type ConnectRedirect,
  type ConnectSession,
  type ConnectSessionState,
  type CreateApiKeyRequest,
  type CreateConnectSessionRequest,
  createPunctual,
  type SchedulingVerb,
  type ShownApiKey,
} from '../../src/index.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'

const app = { clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] }
const required = { baseUrl: 'https://app.example.com/integrations', keys: ['key'], store: memory() }

export async function sessionsKnowTheirClients(): Promise<ConnectSessionState> {
  const clients = [calendly(app), calcom({ ...app, id: 'work' })] as const
  const { connectSessions } = createPunctual({ ...required, clients })
  const request: CreateConnectSessionRequest<'calendly' | 'work'> = { owner: 'ada', returnTo: '/' }
  const features: SchedulingVerb[] = ['slots', 'book']
  const session: ConnectSession & { url: URL } = await connectSessions.create({ ...request, features })
  await connectSessions.create({ ...request, clients: ['work'], scopes: { work: ['PROFILE_READ'] } })
  await connectSessions.create({ ...request, clients: ['calendly'], scopes: ['users:read'] })
  // @ts-expect-error no client has this id
  await connectSessions.create({ ...request, clients: ['calcom'] })
  // @ts-expect-error no client has this id
  await connectSessions.create({ ...request, scopes: { calcom: [] } })
  // @ts-expect-error not a verb
  await connectSessions.create({ ...request, features: ['can'] })
  // @ts-expect-error an owner is needed
  await connectSessions.create({ returnTo: '/' })
  const { url, headers } = await connectSessions.begin(session.id, 'work')
  // @ts-expect-error no client has this id
  await connectSessions.begin(session.id, 'calcom')
  const end: ConnectRedirect = await connectSessions.arrive(session.id, new Request(url))
  void [headers, end]
  return (await connectSessions.get(session.id)).state
}

export async function keysHaveScopes(apiKeys: ApiKeys): Promise<readonly ApiScope[]> {
  const request: CreateApiKeyRequest = { name: 'back end', scopes: ['calls'], expiresInMs: 1000 }
  const { key, apiKey }: ShownApiKey = await apiKeys.create(request)
  // @ts-expect-error not a scope
  await apiKeys.create({ name: 'back end', scopes: ['everything'] })
  // @ts-expect-error an owner that is not known is not "all owners"
  await apiKeys.create({ ...request, owner: undefined })
  await apiKeys.rotate(apiKey.id, { graceMs: 0 })
  const found: ApiKey | null = await apiKeys.verify(key)
  return found?.scopes ?? []
}
