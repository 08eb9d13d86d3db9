// Rows that do not open: sealed with a key that was dropped, or damaged. They exist from the beginning and come first in
// every order, sometimes by the hundred. Everything else has to go on beside them.

import type { Store } from '../../src/core/store/store.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import type { ClientName } from './provider.ts'
import type { Random } from './random.ts'
import { simulatedKey } from './token-tracker.ts'
import { bookingEvents } from './webhook-messages.ts'

/** The beginning of the id of every such row. No id that production draws sorts before it. */
const mark = '----'

export function isUnreadable(id: unknown): boolean {
  return typeof id === 'string' && id.includes(`_${mark}`)
}

type Kind = 'attempt' | 'due' | 'closing' | 'event' | 'subscription'

/** Draws how many of each kind a history has; most have none. */
export function drawUnreadableRows(
  random: Random,
  { idle, unreadableRows }: { idle: boolean; unreadableRows: boolean },
): Readonly<Record<Kind, number>> {
  const some = random.odds(0.2) || unreadableRows
  // Weeks with a backlog take too many steps.
  const many = some && !idle && random.odds(0.1)
  const count = (most: number) =>
    some && (unreadableRows || random.odds(0.5)) ? (many ? random.between(40, most) : random.between(1, 3)) : 0
  return { attempt: count(120), due: count(120), closing: count(60), event: count(60), subscription: count(60) }
}

export async function seedUnreadableRows(
  store: Store,
  random: Random,
  clientNames: readonly ClientName[],
  counts: Readonly<Record<Kind, number>>,
): Promise<void> {
  let made = 0
  const id = (prefix: string) => `${prefix}_${mark}${String(++made).padStart(4, '0')}`
  const client = () => random.pick(clientNames)
  const sealed = () => (random.odds(0.4) ? ofDroppedKey : unreadable(random))

  async function attempt(): Promise<string> {
    const name = id('attempt')
    const at = client()
    const words = { returnTo: '/', stateHash: name, nonceHash: name, verifier: null, session: null, scopes: [] }
    await store.attempts.insert(
      { id: name, client: at, owner: 'unreadable', ...words, reconnect: null, anotherAccount: false },
      600_000,
    )
    await store.attempts.consume(name, at)
    await store.attempts.advance(name, 'consumed', 'exchanging')
    await store.attempts.advance(name, 'exchanging', 'exchanged', { answer: sealed() })
    return name
  }

  /** A connection on a grant that is due. */
  async function connection(): Promise<{ id: string; client: ClientName; account: string }> {
    const from = await attempt()
    const at = (await store.attempts.get(from))?.client as ClientName
    const account = { id: id('account'), name: null, email: null, timeZone: null }
    const times = {
      expiresInMs: 0,
      refreshInMs: 0,
      dueInMs: 0,
      keepReplaced: false,
      pace: { intervalMs: 10_000, burst: 5 },
    }
    const attached = await store.connections.attach({
      grant: { id: id('grant'), client: at, account, scopes: [], tokens: sealed(), ...times },
      connection: { id: id('connection'), owner: 'unreadable', reconnect: null },
      attempt: from,
      entry: { type: 'connected', data: {} },
    })
    return { id: attached?.connection.id ?? '', client: at, account: account.id }
  }

  const make: Readonly<Record<Kind, () => Promise<unknown>>> = {
    attempt,
    due: connection,
    closing: async () => store.connections.detach((await connection()).id, { type: 'disconnected', data: {} }),
    event: async () =>
      store.outbox.accept([
        {
          type: 'webhook.received',
          orderingKey: id('orderingKey'),
          orderAt: 0,
          connection: id('connection'),
          owner: 'unreadable',
          client: client(),
          data: { name: 'unreadable' },
          key: id('key'),
          body: sealed(),
          maxWaitMs: 0,
        },
      ]),
    async subscription() {
      const { id: of, client: at, account } = await connection()
      const facts = { connection: of, client: at, account, scope: 'user', events: bookingEvents(at) }
      await store.subscriptions.insert({ id: id('hook'), ...facts, secrets: sealed() }, null, 0)
    },
  }
  for (const [kind, count] of Object.entries(counts) as [Kind, number][])
    for (let left = count; left > 0; left--) await make[kind]()
}

const zeros = (bytes: number) => new Uint8Array(bytes)
const sealedWith = (key: string) =>
  createVault(createKeyring([key]), zeros).seal({ table: 'grants', row: 'nowhere', column: 'tokens' }, '{}')
const ofDroppedKey = sealedWith(Buffer.alloc(32, 9).toString('base64url'))
const ofAnotherPlace = sealedWith(simulatedKey)

/** Returns a sealed text that does not open: of another place, or not a sealed text at all. */
export function unreadable(random: Random): string {
  return random.pick([ofAnotherPlace, 'damaged'])
}
