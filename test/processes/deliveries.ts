// A provider that does not give up: deliveries about one meeting after another, each sent to a process that runs, again and
// again until it is answered with 200.

import { randomUUID } from 'node:crypto'

import type { Host } from '../support/host.ts'
import { cases, monday, signed } from '../webhooks/host.ts'
import { aboutOf } from './dispatch-log.ts'

const of = cases[0]
if (!of) throw new Error('there is no provider')

/** What the sandbox sent about one meeting: its creation and its cancellation. */
export interface Samples {
  readonly path: string
  readonly bodies: readonly [created: string, canceled: string]
}

/** The names of the deliveries. */
export const names: readonly [created: string, canceled: string] = of.events

/** Subscribes, books and cancels at the sandbox, which passes its deliveries to `sent`. */
export async function collectSamples(host: Host, sent: readonly { url: string; body: string }[]): Promise<Samples> {
  if (!of) throw new Error('there is no provider')
  const connection = await host.connect(of.client, { scopes: of.scopes, account: 'ada' })
  await host.punctual.webhooks.subscribe(connection, of.events)
  await of.cancel(connection, await of.book(connection, `${monday}T10:00:00Z`))
  await host.sandbox.delivered()
  const [created, canceled] = sent
  if (!created || !canceled) throw new Error('the sandbox has sent too few deliveries')
  return { path: new URL(created.url).pathname, bodies: [created.body, canceled.body] }
}

/**
 * Sends both deliveries of one new meeting, one after the other. Returns those that were accepted: all, unless `signal`
 * ends the sending.
 */
export async function sendMeeting(
  host: Host,
  { path, bodies }: Samples,
  ports: () => readonly number[],
  signal: AbortSignal,
): Promise<string[]> {
  const accepted: string[] = []
  // Of `/scheduled_events/{meeting}/invitees/{invitee}`.
  const parts = new URL(aboutOf(JSON.parse(bodies[0]))).pathname.split('/')
  const [knownMeeting = '', knownInvitee = ''] = [parts.at(-3), parts.at(-1)]
  const [meeting, invitee] = [randomUUID(), randomUUID()]
  for (const [index, sample] of bodies.entries()) {
    const at = host.sandbox.clock.now() + index
    const body = sample
      .replaceAll(knownMeeting, meeting)
      .replaceAll(knownInvitee, invitee)
      .replace(/("created_at":")[^"]*(")/, `$1${new Date(at).toISOString()}$2`)
    while (!(await send(host, body, path, ports()))) {
      if (signal.aborted) return accepted
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    accepted.push(`${names[index]} ${aboutOf(JSON.parse(body))}`)
  }
  return accepted
}

async function send(host: Host, body: string, path: string, ports: readonly number[]): Promise<boolean> {
  const port = ports[Math.floor(Math.random() * ports.length)]
  if (port === undefined || !of) return false
  const headers = signed(of, body, host.sandbox.calendlyWebhookKey, host.sandbox.clock.now())
  const request = { method: 'POST', headers, body, signal: AbortSignal.timeout(5000) }
  return fetch(`http://127.0.0.1:${port}${path}`, request).then(
    ({ status }) => status === 200,
    () => false,
  )
}
