// grant: a middleware for the flow alone. Its session is a signed cookie; the application stores the tokens, here in one
// plain row.

import grant from 'grant'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { codeOf } from '../provider/tokens.ts'
import { plainTable } from './plain-table.ts'

/** What its handler for serverless functions takes and returns. */
type Handle = (request: object) => Promise<{
  redirect?: { headers: { location: string }; cookies: string[] }
  response?: { access_token?: string }
}>

export const connectFlow: Setup<{ url: string; folder: string; atOnce: number }> = async ({ url, folder, atOnce }) => {
  const rows = plainTable(folder)
  const handle = (grant as unknown as { aws(options: object): Handle }).aws({
    config: {
      defaults: { origin: 'http://localhost:3000', transport: 'state', prefix: '/connect' },
      bench: {
        ...{ authorize_url: `${url}/oauth/authorize`, access_url: `${url}/oauth/token`, oauth: 2 },
        ...{ key: 'bench', secret: 'the secret of the bench', scope: ['read'], state: true, pkce: true },
        response: ['tokens'],
      },
    },
    session: { secret: 'a secret of the host application' },
  })

  const request = (path: string, query: Record<string, string>, cookie: string) => ({
    ...{ version: '2.0', rawPath: path, rawQueryString: new URLSearchParams(query).toString(), headers: {} },
    ...{ cookies: cookie === '' ? [] : [cookie], requestContext: { http: { method: 'GET', path } } },
  })

  async function connect(index: number): Promise<void> {
    const { redirect } = await handle(request('/connect/bench', {}, ''))
    const location = new URL(redirect?.headers.location ?? '')
    const [set = ''] = redirect?.cookies ?? []
    const query = { code: codeOf(`grant-${index}`), state: location.searchParams.get('state') ?? '' }
    const { response } = await handle(request('/connect/bench/callback', query, set.split(';')[0] ?? ''))
    if (!response?.access_token) throw new Error('grant: no token')
    rows.insert(response)
  }
  return { round: loop(connect, { atOnce }), close: rows.close }
}
