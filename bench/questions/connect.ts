import { compare } from '../harness/compare.ts'
import type { Question } from '../harness/question.ts'

const sameWrites = 'limit: the same writes by hand, FULL'

export const connect: Question = {
  name: 'connect',
  title: 'A whole connect flow',
  about:
    'Two requests of a browser, the exchange and the account at the provider, 4 flows at once; by the server’s CPU. Punctual writes with synchronous=FULL; ' +
    'the peers’ files are NORMAL. openid-client and grant leave to the application what Punctual does: who began, the account, one use of the attempt, sealing. @auth/core stores nothing.',
  async run(bench) {
    const init = () => ({ url: bench.provider.url, folder: bench.folder(), atOnce: 4 })
    return compare(bench, {
      by: 'cpu',
      operations: 'flows',
      what: 'a connect flow, server’s CPU',
      entries: [
        { label: sameWrites, source: 'limits/connect.ts#sameWrites', parameters: { ...init(), synchronous: 'full' } },
        {
          label: 'limit: the same writes by hand, NORMAL',
          source: 'limits/connect.ts#sameWrites',
          parameters: { ...init(), synchronous: 'normal' },
        },
        {
          label: 'limit: bare handlers, one sealed insert, NORMAL',
          source: 'limits/connect.ts#bare',
          parameters: init(),
        },
        {
          label: 'punctual, FULL',
          source: 'ours/connect.ts#connectFlow',
          parameters: init(),
          limit: sameWrites,
          goal: 0.8,
        },
        { label: 'openid-client, NORMAL', source: 'peers/openid-client.ts#connectFlow', parameters: init() },
        { label: 'grant, NORMAL', source: 'peers/grant.ts#connectFlow', parameters: init() },
        { label: '@auth/core, stores nothing', source: 'peers/auth-core.ts#connectFlow', parameters: init() },
        { label: 'better-auth, NORMAL', source: 'peers/better-auth.ts#connectFlow', parameters: init() },
      ],
    })
  },
}
