// Sends the webhooks that are due by the virtual clock: those of one subscription one after the other, those of
// different subscriptions at the same time. When the clock jumps, an overdue message is sent once, at the new time.
// It waits for nothing but the receiver; between two sends the state holds everything.

import { type AttemptRow, type DeliveryRow, isDoubled } from '../world/webhook-delivery.ts'
import type { World } from '../world/world.ts'
import { isOnThisMachine } from './address.ts'
import type { Sender } from './sender.ts'

/** What `fetch` is called with. */
export interface DeliverInit {
  readonly method: 'POST'
  readonly headers: Record<string, string>
  readonly body: string
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

/** Sends one webhook, as `fetch` does. */
export type Deliver = (url: string, init: DeliverInit) => Promise<Response>

/** What the pump needs. */
export interface PumpContext {
  readonly world: World
  /** Each provider's side of sending. */
  readonly senders: Readonly<Record<DeliveryRow['provider'], Sender>>
  /** Null: `fetch`, to this machine only. */
  readonly deliver: Deliver | null
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Aborts when the sandbox closes. */
  readonly closing: AbortSignal
  /** Writes the state, if it has changed. */
  keep(): void
  /** Is called with a webhook after each time it was sent. */
  attempted(row: DeliveryRow): void
  /** Whether real time moves the clock, so that a timer is useful. It does not keep the process alive. */
  readonly timers: boolean
}

/** The pump. */
export interface Pump {
  /** Starts to send what is due. */
  run(): void
  /** Sends what is due, and resolves when nothing more is due. */
  settled(): Promise<void>
}

/** Calendly waits 10 s for the connection and 15 s for the answer. `fetch` cannot tell the two apart: 15 s for both. */
const patience = 15_000

/** How many characters of a receiver's answer are kept. */
const longest = 200

/** Creates a pump that has not begun. */
export function createPump(context: PumpContext): Pump {
  const { world, closing } = context
  const chains = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  closing.addEventListener('abort', () => clearTimeout(timer), { once: true })

  const due = (subscription?: string): DeliveryRow[] =>
    world.state.deliveries
      .filter((row) => row.state === 'waiting' && row.dueAt !== null && row.dueAt <= world.now())
      .filter((row) => subscription === undefined || row.subscription === subscription)
      .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || a.order - b.order)

  const chain = async (subscription: string): Promise<void> => {
    // Not in the same tick as the commit: the answer to the request may leave first.
    await null
    for (;;) {
      const next = due(subscription)[0]
      if (next === undefined || closing.aborted) break
      await attempt(context, next)
      context.keep()
      context.attempted(next)
    }
    chains.delete(subscription)
    arm()
  }

  const run = (): void => {
    if (closing.aborted) return
    for (const { subscription } of due()) {
      if (!chains.has(subscription)) chains.set(subscription, chain(subscription))
    }
    arm()
  }

  const arm = (): void => {
    clearTimeout(timer)
    if (!context.timers || closing.aborted || chains.size > 0) return
    const times = world.state.deliveries.flatMap((row) => (row.state === 'waiting' ? (row.dueAt ?? []) : []))
    if (times.length === 0) return
    timer = setTimeout(run, Math.min(Math.max(Math.min(...times) - world.now(), 10), 3_600_000))
    timer.unref()
  }

  const settled = async (): Promise<void> => {
    for (;;) {
      run()
      if (chains.size === 0 || closing.aborted) return
      await Promise.all(chains.values())
    }
  }

  return { run, settled }
}

async function attempt(context: PumpContext, row: DeliveryRow): Promise<void> {
  const { world } = context
  const at = world.now()
  const sender = context.senders[row.provider]
  const headers = sender.headersOf(world, row, at)
  if (headers === null) return end(world, row, 'dropped', 'the subscription no longer exists')
  if (context.deliver === null && !isOnThisMachine(row.url)) {
    const host = URL.parse(row.url)?.host ?? row.url
    const sentence = `The sandbox delivers to this machine only: to reach ${host}, give createSandbox a "deliver".`
    return end(world, row, 'refused', sentence)
  }
  row.firstAt ??= at
  row.dueAt = null
  let outcome = await post(context, row, headers)
  if (outcome !== null && isDoubled(row.fault)) {
    row.attempts.push({ at, ...outcome })
    outcome = await post(context, row, headers)
  }
  // Closed meanwhile: the next sandbox with this state sends it again.
  if (outcome === null) row.dueAt = at
  else settle(context, row, { at, ...outcome })
  world.changed()
}

function settle({ world, senders }: PumpContext, row: DeliveryRow, attempt: AttemptRow): void {
  const sender = senders[row.provider]
  row.attempts.push(attempt)
  if (attempt.why === null) {
    row.state = 'delivered'
    sender.afterSuccess(world, row)
    return
  }
  row.dueAt = sender.afterFailure(world, row, attempt.at)
  if (row.dueAt === null && row.state === 'waiting') end(world, row, 'given_up', attempt.why)
}

function end(world: World, row: DeliveryRow, state: DeliveryRow['state'], why: string): void {
  row.state = state
  row.why = why
  row.dueAt = null
  world.changed()
}

/** Sends once; returns null if the sandbox was closed meanwhile. */
async function post(
  { deliver, sleep, closing }: PumpContext,
  row: DeliveryRow,
  headers: Record<string, string>,
): Promise<Omit<AttemptRow, 'at'> | null> {
  const ending = new AbortController()
  const signal = AbortSignal.any([ending.signal, closing])
  const send = async (): Promise<Omit<AttemptRow, 'at'>> => {
    try {
      const init: DeliverInit = { method: 'POST', headers, body: row.body, redirect: 'manual', signal }
      const answer = await (deliver ?? fetch)(row.url, init)
      const { status } = answer
      if (!answer.ok) {
        const words = await wordsOf(answer).catch(() => '')
        return { status, why: `the receiver answered ${status}${words}` }
      }
      await answer.body?.cancel()
      return { status, why: null }
    } catch (error) {
      return { status: null, why: `the receiver cannot be reached: ${reasonOf(error)}` }
    }
  }
  const late = sleep(patience, signal).then(
    () => ({ status: null, why: 'the receiver did not answer within 15 s' }),
    () => new Promise<never>(() => {}),
  )
  const closed = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }))
  const outcome = await Promise.race([send(), late, closed])
  ending.abort()
  return closing.aborted ? null : outcome
}

/** The beginning of the receiver's answer, if it is text: often it names the reason. */
async function wordsOf(answer: Response): Promise<string> {
  const reader = answer.body?.getReader()
  if (reader === undefined) return ''
  let text = ''
  const decoder = new TextDecoder()
  while (text.length < longest) {
    const { done, value } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  const words = text.replace(/[\s\p{C}]+/gu, ' ').trim()
  if (words === '' || words.startsWith('<')) return ''
  return `: ${words.length > longest ? `${words.slice(0, longest)}…` : words}`
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : cause instanceof Error ? cause.message : 'no reason was given'
}
