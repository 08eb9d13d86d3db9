// n8n's two triggers as published on npm, in front of the sandbox. Around them is what n8n itself gives a node:
// parameters, credentials, a store, and requests for an account.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { connectCalcom, connectCalendly, control, refreshCalendly } from '../sandbox/app.ts'
import { inSandbox } from '../sandbox/provider-hosts.ts'

// biome-ignore lint/suspicious/noExplicitAny: the nodes have no types here
type Any = any

const require = createRequire(import.meta.url)

/** The newest version of a trigger. */
function load(path: string, name: string): Any {
  const versioned = new (require(`n8n-nodes-base/dist/nodes/${path}.js`)[name])()
  return versioned.nodeVersions[versioned.currentVersion]
}

const webhookUrl = 'https://n8n.example/webhook/1'

interface Account {
  sandbox: Sandbox
  token: string
  /** Returns another token when the first is refused. */
  renew?: () => Promise<string>
}

/** Returns what n8n gives a node of an account. */
function host(account: Account, parameters: Record<string, unknown>): Any {
  const stored = {}
  const send = async (method: string, url: URL, body: unknown): Promise<Any> => {
    const ask = () =>
      fetch(url, {
        method,
        headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' },
        ...(body && Object.keys(body).length > 0 ? { body: JSON.stringify(body) } : {}),
      })
    let answer = await ask()
    if (answer.status === 401 && account.renew) {
      account.token = await account.renew()
      answer = await ask()
    }
    const text = await answer.text()
    if (!answer.ok) throw Object.assign(new Error(text), { httpCode: answer.status })
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    getNode: () => ({ name: 'Trigger', type: 'trigger', typeVersion: 2 }),
    getNodeParameter: (name: string, _?: number, otherwise?: unknown) => parameters[name] ?? otherwise,
    getNodeWebhookUrl: () => webhookUrl,
    getWorkflowStaticData: () => stored,
    getCredentials: async () => ({ host: account.sandbox.calcom.hosts.api, apiKey: account.token }),
    helpers: {
      requestWithAuthentication(_: string, { method, uri, qs, body }: Any) {
        const url = inSandbox(account.sandbox.url, uri)
        for (const [name, value] of Object.entries(qs ?? {})) url.searchParams.set(name, String(value))
        return send(method, url, body)
      },
      httpRequestWithAuthentication(_: string, { method, baseURL, url: path, qs, body }: Any) {
        const url = new URL(baseURL + path)
        for (const [name, value] of Object.entries(qs ?? {})) url.searchParams.set(name, String(value))
        return send(method, url, body)
      },
      returnJsonArray: (data: Any) => [data].flat().map((json) => ({ json })),
    },
  }
}

/** Handles a webhook as n8n does: passes it to the node, and answers as the node says. */
async function receive(node: Any, context: Any, body: string, headers: Headers) {
  let status = 200
  const request = { body: JSON.parse(body), rawBody: Buffer.from(body), header: (name: string) => headers.get(name) }
  const response = {
    status(code: number) {
      status = code
      return response
    },
    send: () => response,
    end() {},
  }
  const called = { ...context, getRequestObject: () => request, getResponseObject: () => response }
  const result = await node.webhook.call({ ...called, getBodyData: () => request.body })
  return { status, items: result.workflowData?.[0] ?? [] }
}

for (const provider of ['calendly', 'calcom'] as const) {
  test(`n8n's ${provider} trigger subscribes, accepts what is signed with its secret, and unsubscribes`, async () => {
    const accepted: Any[] = []
    const statuses: number[] = []
    const deliver = async (_url: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
      const { status, items } = await receive(node, context, body, new Headers(headers))
      statuses.push(status)
      accepted.push(...items.map(({ json }: Any) => json))
      return new Response(null, { status })
    }
    await using sandbox = await createSandbox({ ownAddresses: true, deliver })
    const isCalendly = provider === 'calendly'
    const tokens = isCalendly
      ? await connectCalendly(sandbox, 'ada', 'users:read webhooks:read webhooks:write scheduled_events:read')
      : await connectCalcom(sandbox, 'ada', 'PROFILE_READ WEBHOOK_READ WEBHOOK_WRITE BOOKING_READ')
    const account: Account = { sandbox, token: tokens.access_token ?? '' }
    if (isCalendly) account.renew = async () => (await refreshCalendly(sandbox, tokens.refresh_token)).body.access_token
    const node = isCalendly
      ? load('Calendly/CalendlyTrigger.node', 'CalendlyTrigger')
      : load('Cal/CalTrigger.node', 'CalTrigger')
    const events = isCalendly ? ['invitee.created', 'invitee.canceled'] : ['BOOKING_CREATED', 'BOOKING_CANCELLED']
    const context = host(account, { scope: 'user', events, options: {} })
    const { checkExists, create, delete: leave } = node.webhookMethods.default

    assert.equal(await checkExists.call(context), false)
    assert.equal(await create.call(context), true)
    assert.equal(await checkExists.call(context), true)
    await control(sandbox, 'POST', 'bookings', { provider, account: 'ada' })
    await sandbox.delivered()
    assert.deepEqual(statuses, [200])
    assert.match(JSON.stringify(accepted[0]), /gil@guests\.example/)
    assert.equal(accepted[0].event ?? accepted[0].triggerEvent, events[0])

    await control(sandbox, 'POST', 'faults', { kind: 'webhook_badly_signed' })
    await control(sandbox, 'POST', 'bookings', { provider, account: 'ada' })
    await sandbox.delivered()
    assert.deepEqual([statuses, accepted.length], [[200, 401], 1])

    if (isCalendly) sandbox.clock.advance(3 * 3600)
    assert.equal(await leave.call(context), true)
    assert.equal(await checkExists.call(context), false)
    assert.ok(!isCalendly || account.token !== tokens.access_token, 'it did not refresh its token')
  })
}
