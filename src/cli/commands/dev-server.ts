// What `punctual dev` answers: the operator's pages, the connect page, callbacks and webhooks. There is no application that
// completes a connect session, and the person at this machine may do everything here: so the pages complete what comes back.

import type { Clock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import type { Client } from '../../core/provider.ts'
import { createConnectPage } from '../../dashboard/connect-page/connect-page.ts'
import type { Punctual } from '../../punctual.ts'
import { createServer } from '../../server/app.ts'
import type { Settings } from '../settings/settings.ts'

type Answer = (request: Request) => Response | Promise<Response>

export interface DevServerInit {
  readonly punctual: Punctual
  readonly clients: readonly Client[]
  readonly baseUrl: string
  readonly settings: Pick<Settings, 'connectPage'>
  readonly dashboard: Answer
  readonly clock: Pick<Clock, 'now'>
  readonly onFault: (error: unknown) => void
}

export function createDevServer({ settings, dashboard, clock, onFault, ...init }: DevServerInit): Answer {
  const { punctual, baseUrl } = init
  const branding = { name: 'punctual dev', homeUrl: `${baseUrl}/`, ...settings.connectPage }
  const connectPage = createConnectPage({ ...init, branding, clock })
  const { fetch } = createServer({
    punctual: { ...punctual, handler: connectPage.handler },
    connectPage: connectPage.fetch,
    dashboard: completesSessions(punctual, dashboard),
    origin: baseUrl,
    onFault,
  })
  return fetch
}

/** Returns the same, which also completes a session with which a browser comes back. */
function completesSessions(punctual: Pick<Punctual, 'complete' | 'connectSessions'>, answer: Answer): Answer {
  return async (request) => {
    const id = new URL(request.url).searchParams.get('punctual_session')
    if (id === null || request.method !== 'GET') return answer(request)
    const query = new URLSearchParams(await outcomeOf(punctual, id))
    return new Response(null, { status: 303, headers: { location: `/back?${query}`, 'cache-control': 'no-store' } })
  }
}

/** In the words of the page that a person comes back to. */
async function outcomeOf(
  { complete, connectSessions }: Pick<Punctual, 'complete' | 'connectSessions'>,
  id: string,
): Promise<Record<string, string>> {
  try {
    const { owner } = await connectSessions.get(id, { expired: true })
    const { client, id: connection } = await complete({ session: id, owner })
    return { punctual: 'connected', client, connection }
  } catch (error) {
    if (!(error instanceof PunctualError)) throw error
    return { punctual: 'failed', error: error.code, reason: error.reason ?? '' }
  }
}
