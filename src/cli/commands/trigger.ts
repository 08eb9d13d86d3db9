// `punctual trigger <event>`: makes the sandbox send a webhook, by a guest who books, moves or cancels there. It ends with 1 if
// nothing was sent, since nobody is subscribed.

import { setTimeout as sleep } from 'node:timers/promises'
import { createSandboxControl, type SandboxControl, type SandboxWebhooks } from '../operating/sandbox-control.ts'
import { type TriggerName, triggers } from '../operating/triggers.ts'
import { CliError } from '../output/cli-error.ts'
import { jsonText, type Output } from '../output/listing.ts'
import { shownText } from '../output/shown-text.ts'
import { timeText } from '../output/times.ts'
import type { Provider } from '../settings/provider-names.ts'
import type { Settings } from '../settings/settings.ts'

export interface TriggerCommand {
  readonly event: TriggerName
  readonly provider?: Provider
  /** Whose booking it is: an id, a slug or an e-mail address. */
  readonly account?: string
  readonly sandbox?: string
}

interface Booked {
  readonly id: string
  readonly booking: string
  readonly startsAt: string
}

/** A webhook is sent at once; its receiver may take a while. */
const [longestMs, pauseMs] = [5000, 50]

export async function trigger(command: TriggerCommand, settings: Settings, output: Output): Promise<void> {
  const { event } = command
  const { steps, eventType = null } = triggers[event]
  const sandbox = createSandboxControl(settings, command.sandbox)
  const { webhooks: before, subscriptions } = await sandbox.webhooks()
  const host = hostOf(command, subscriptions)
  const booked = await sandbox.call<Booked>('POST', '/control/bookings', {
    ...host,
    ...(eventType === null ? {} : { eventType }),
  })
  for (const step of steps) await sandbox.call('POST', `/control/bookings/${encodeURIComponent(booked.id)}/${step}`, {})
  const sent = await sentSince(sandbox, new Set(before.map(({ id }) => id)))
  print({ event, ...host, booking: booked.booking, startsAt: booked.startsAt, webhooks: sent }, output)
}

/** Who is subscribed to it gets it; else it is Ada, or Eve, who alone has what can be requested. */
function hostOf(
  { event, provider: given, account }: TriggerCommand,
  subscriptions: SandboxWebhooks['subscriptions'],
): { readonly provider: Provider; readonly account: string } {
  const { providers, eventType } = triggers[event]
  if (given !== undefined && !providers.includes(given))
    throw new CliError(`${event} is an event of ${providers.join(' or ')} alone: leave out --provider ${given}.`, 2)
  const subscriber = subscriptions.find(
    (one) =>
      one.state.startsWith('active') && providers.includes(one.provider) && (given ?? one.provider) === one.provider,
  )
  const provider = given ?? subscriber?.provider ?? providers[0] ?? 'calendly'
  const usual = eventType === undefined ? (subscriber?.account ?? 'ada') : 'eve'
  return { provider, account: account ?? usual }
}

type Sent = SandboxWebhooks['webhooks'][number]

/** The new webhooks, once each of them has been sent. */
async function sentSince(sandbox: SandboxControl, before: ReadonlySet<string>): Promise<readonly Sent[]> {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const { webhooks } = await sandbox.webhooks()
    const fresh = webhooks.filter(({ id }) => !before.has(id))
    const isOver = fresh.every(({ state, attempts }) => state !== 'waiting' || attempts.length > 0)
    if (isOver || waitedMs >= longestMs) return fresh
    await sleep(pauseMs)
  }
}

interface Triggered {
  readonly event: string
  readonly provider: Provider
  readonly account: string
  readonly booking: string
  readonly startsAt: string
  readonly webhooks: readonly Sent[]
}

function print({ webhooks, ...triggered }: Triggered, { terminal, json }: Output): void {
  const { line, paint } = terminal
  if (webhooks.length === 0) process.exitCode = 1
  const shown = webhooks.map(({ id, event, url, state, why, attempts }) => ({
    id,
    event,
    url,
    state,
    status: attempts.at(-1)?.status ?? null,
    why,
  }))
  if (json) {
    line(jsonText({ ...triggered, webhooks: shown }, 2))
    return
  }
  const { provider, account, booking, startsAt } = triggered
  line(shownText(`A booking of ${account} at ${provider}, ${timeText(new Date(startsAt))}: ${booking}`))
  for (const { event, url, state, status, why } of shown)
    line(
      state === 'delivered'
        ? `${paint('green', '✔')} ${shownText(`${event} to ${url}: ${status}`)}`
        : `${paint('red', '✘')} ${shownText(`${event} to ${url}: ${why ?? status ?? state}`)}`,
    )
  if (shown.length === 0)
    line(
      `${paint('yellow', '!')} No webhook was sent: nobody is subscribed for ${account}. Subscribe a connection, or run: punctual listen --sandbox --forward-to http://localhost:3000/webhooks`,
    )
}
