// The providers' deliveries of webhooks: users book, join, move and cancel, and each subscription at the provider gets its signed
// message, sometimes twice, out of order, or signed with an unknown key, and again until it is accepted. Rule `delivered`.

import type { Store } from '../../src/core/store/store.ts'
import type { ExpectedEvent } from './expected-events.ts'
import type { ClientName } from './provider.ts'
import type { ProviderSubscription } from './provider-subscriptions.ts'
import type { Replicas } from './replicas.ts'
import { request } from './requests.ts'
import { accountId } from './simulated-clients.ts'
import { isUnreadable } from './unreadable-rows.ts'
import { attendanceOf, bookingNames, type Message, requestFor } from './webhook-messages.ts'
import type { World } from './world.ts'

export interface WebhookSender {
  /** A user books with that account. Others may join, and the booking may be moved and canceled. */
  book(client: ClientName, account: string): void
  /** A sentence about a delivery without an answer, or `null` if all are answered. */
  unanswered(): string | null
  /** A sentence about a subscription that is still neither active nor removed after enough time, or `null`. */
  unsettled(): Promise<string | null>
}

interface Setting {
  readonly world: World
  readonly replicas: Replicas
  readonly store: Store
  /** One entry for each copy that is on its way: a message may have several. */
  readonly open: Set<Copy>
}

/** One copy of a message, for one subscription. */
interface Copy {
  readonly subscription: ProviderSubscription
  readonly message: Message
  /** How the transcript names it. */
  readonly shown: string
}

/** Ms after each failed delivery; the last one repeats. A provider gives up after a day. */
const retryDelaysMs = [2000, 10_000, 60_000, 300_000, 1_800_000]
const day = 86_400_000
/** Ms that a provider waits for an answer. */
const timeoutMs = 10_000
/** Ms by which a clock may be wrong and still tell an old delivery from a new one. */
const maxClockErrorMs = 300_000

export function createWebhookSender(world: World, replicas: Replicas, store: Store): WebhookSender {
  const { scheduler, random } = world
  const setting: Setting = { world, replicas, store, open: new Set() }
  let booked = 0
  return {
    book(client, account) {
      const booking = `booking-${++booked}`
      world.note('user', () => `books ${booking} with account ${account}`)
      const steps = [
        ...(random.odds(0.2) ? [join] : []),
        ...(random.odds(0.25) ? [move] : []),
        ...(random.odds(0.6) ? [cancel] : []),
      ]
      const visit = { client, account, booking, replaces: null, beganAt: scheduler.now() }
      send(setting, visit, { kind: 'created' })
      later(setting, visit, steps)
    },
    async unsettled() {
      for (const { id } of await store.connections.list({ status: 'active', limit: 10_000 })) {
        if (isUnreadable(id)) continue
        const row = (await store.subscriptions.of(id)).find(({ state }) => state !== 'active')
        if (row) return `the subscription ${row.id.slice(-6)} is ${row.state} at the end: ${row.detail}`
      }
      return null
    },
    unanswered() {
      const [first] = setting.open
      return first === undefined ? null : `${first.shown} has no answer`
    },
  }
}

/** What the users do with one booking. A move makes a new one. */
interface Visit {
  readonly client: ClientName
  readonly account: string
  readonly booking: string
  readonly replaces: string | null
  readonly beganAt: number
}

type Step = (setting: Setting, visit: Visit) => Visit

/** Takes the steps one after the other. */
function later(setting: Setting, visit: Visit, [step, ...rest]: readonly Step[]): void {
  const { scheduler, random } = setting.world
  if (step) scheduler.after(random.pick([50, 5000, 600_000]), () => later(setting, step(setting, visit), rest))
}

/** Somebody else joins the meeting. */
function join(setting: Setting, visit: Visit): Visit {
  send(setting, { ...visit, beganAt: setting.world.scheduler.now() }, { kind: 'created', attendee: 2 })
  return visit
}

/** One provider tells it by two messages, the other by one. */
function move(setting: Setting, visit: Visit): Visit {
  const { booking } = visit
  const moved = { ...visit, booking: `${booking}-moved`, replaces: booking, beganAt: setting.world.scheduler.now() }
  if (visit.client === 'calendly') send(setting, visit, { kind: 'canceled', isMovedAway: true })
  send(setting, moved, { kind: 'moved' })
  return moved
}

function cancel(setting: Setting, visit: Visit): Visit {
  send(setting, visit, { kind: 'canceled' })
  return visit
}

interface Told extends Partial<Pick<Message, 'attendee' | 'isMovedAway'>> {
  readonly kind: 'created' | 'moved' | 'canceled'
}

/** Sends the message to each subscription, sometimes twice. */
function send(setting: Setting, visit: Visit, { kind, attendee = 1, isMovedAway = false }: Told): void {
  const { provider, random, scheduler } = setting.world
  const { client, account, booking, replaces, beganAt } = visit
  const createdAt = scheduler.now()
  const name = bookingNames[client][kind]
  const message: Message = { name, booking, replaces, attendee, isMovedAway, createdAt, beganAt }
  void checkSubscribed(setting, client, account, message)
  for (const subscription of provider.subscriptions.of(client, account)) {
    if (!subscription.events.includes(message.name)) continue
    const shown = `${message.name} of ${attendanceOf(message)} to ${idOf(subscription).slice(-6)}`
    for (let times = random.odds(0.15) ? 2 : 1; times > 0; times--) {
      const delay = random.odds(0.7) ? 0 : random.between(1, 30_000)
      scheduler.after(delay, () => void deliver(setting, { subscription, message, shown }, 0))
    }
  }
}

/** Delivers a copy once, and again later if it is not accepted. Never awaited: a process that dies answers nothing. */
async function deliver(setting: Setting, copy: Copy, tries: number): Promise<void> {
  const { world, replicas, store, open } = setting
  const { scheduler, faults, checker } = world
  const { subscription, message } = copy
  open.add(copy)
  const row = await store.subscriptions.get(idOf(subscription))
  const expected = row ? checker.events.expectDelivery(row.connection, row.client as ClientName, message) : []
  const { lost, transit, forged } = faults.delivery()
  const running = replicas.any()?.running
  let isWaiting = true
  const cancelTimeout = scheduler.after(timeoutMs, () => retry('no answer'))
  if (!running || lost === 'request') return
  const signed = requestFor(subscription, message, scheduler.now(), forged)
  scheduler.after(transit, () => void ask())

  async function ask(): Promise<void> {
    if (!running) return
    const { status } = await request(world, running, () => running.punctual.handler(signed))
    if (!isWaiting || running.process.ended || lost === 'answer') return
    world.note('provider', () => `is answered ${status} for ${copy.shown}`)
    const mayFail = forged || Math.abs(running.process.machine.ahead) > maxClockErrorMs
    if (status >= 500 || (status === 401 && mayFail)) return retry(String(status))
    end()
    await checkAnswer(setting, copy, { status, forged, expected })
  }

  function retry(why: string): void {
    if (!isWaiting) return
    end()
    if (scheduler.now() - message.createdAt > day)
      checker.reportViolation('delivered', `${copy.shown} was not accepted for a day`)
    const delay = retryDelaysMs[Math.min(tries, retryDelaysMs.length - 1)] as number
    world.note('provider', () => `sends ${copy.shown} again in ${delay} ms: ${why}`)
    open.add(copy)
    scheduler.after(delay, () => {
      open.delete(copy)
      void deliver(setting, copy, tries + 1)
    })
  }

  function end(): void {
    isWaiting = false
    cancelTimeout()
    open.delete(copy)
  }
}

async function checkAnswer(
  { world, store }: Setting,
  { subscription, shown }: Copy,
  { status, forged, expected }: { status: number; forged: boolean; expected: readonly ExpectedEvent[] },
): Promise<void> {
  const { provider, checker } = world
  if (status === 410 && subscription.client === 'calendly') provider.subscriptions.drop(subscription)
  if (status === 410 && forged)
    checker.reportViolation('delivered', `${shown} was answered 410 before its signature was checked`)
  if (status === 200 && forged)
    checker.reportViolation('delivered', `${shown} was accepted though its signature is wrong`)
  if (status === 200) return expected.forEach(checker.events.accepted)
  if (forged) return
  // A delivery may be refused only if the subscription is not wanted any more.
  const row = await store.subscriptions.get(idOf(subscription))
  const hasEnded = !row || row.state === 'removed' || checker.disconnected.has(row.connection)
  if (!hasEnded || (status !== 404 && status !== 410))
    checker.reportViolation('delivered', `${shown} was answered ${status}`)
}

/** A subscription that our store says is active exists at the provider: otherwise its messages are missed. */
async function checkSubscribed(
  { world, store }: Setting,
  client: ClientName,
  account: string,
  { name, booking }: Message,
): Promise<void> {
  const { provider, checker } = world
  const connections = await store.connections.list({ client, status: 'active', limit: 1000 })
  const own = connections.filter((row) => row.account.id === accountId(client, account))
  for (const { id } of own) {
    const active = (await store.subscriptions.of(id)).find(
      (row) => row.current && row.state === 'active' && row.events.includes(name),
    )
    const exists = provider.subscriptions.of(client, account).some((one) => idOf(one) === active?.id)
    if (!active || exists) continue
    const missed = `${name} of ${booking} is missed: the provider has ended ${active.id.slice(-6)}`
    checker.reportViolation('delivered', missed)
  }
}

function idOf({ address }: ProviderSubscription): string {
  return address.split('/').at(-1) ?? ''
}
