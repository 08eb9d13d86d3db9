// A webhook of a booking received by hand: the HMAC, and in one transaction a sealed row for the webhook and one for the booking. Events dispatched by hand: select a few, open each, update it.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { Setup } from '../harness/contender.ts'
import { deliveryOf, type SignedDelivery } from '../ours/deliveries.ts'
import { webhookKey } from '../ours/keys.ts'
import { open, seal } from './seal.ts'

type Synchronous = 'normal' | 'full'

function openDatabase(file: string, synchronous: Synchronous): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous};
    create table outbox (seq integer primary key, key text not null unique, subject text not null, body text,
      state text not null, due_at integer not null, created_at integer not null) strict;
    create index outbox_due on outbox (state, seq)`)
  return database
}

function verify({ body, signature }: SignedDelivery): boolean {
  const [, seconds = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
  const mac = createHmac('sha256', webhookKey).update(`${seconds}.${body}`).digest()
  return timingSafeEqual(mac, Buffer.from(hex, 'hex'))
}

/** `names`: of the events that a delivery is; each is a row. */
function inserter(database: DatabaseSync, names: readonly string[]): (delivery: SignedDelivery) => void {
  const insert = database.prepare(
    "insert into outbox (key, subject, body, state, due_at, created_at) values (?, ?, ?, 'pending', ?, ?) on conflict do nothing",
  )
  return ({ body }) => {
    const { created_at, payload } = JSON.parse(body) as { created_at: string; payload: { uri: string } }
    for (const name of names) {
      const key = `${name} ${payload.uri} ${created_at}`
      insert.run(key, payload.uri, seal('outbox', key, 'body', body), Date.now(), Date.now())
    }
  }
}

export const receive: Setup<{ folder: string; deliveries: number; synchronous: Synchronous }> = async (init) => {
  const { folder, deliveries, synchronous } = init
  const database = openDatabase(`${folder}/hand.db`, synchronous)
  const insert = inserter(database, ['webhook.received', 'booking.created'])
  let made = 0
  let waiting: SignedDelivery[] = []
  return {
    async prepare() {
      waiting = Array.from({ length: deliveries }, () => deliveryOf('webhooks', `invitee-${made++}`, made))
    },
    async round() {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        if (!verify(next)) throw new Error('a signature is wrong')
        database.exec('begin immediate')
        insert(next)
        database.exec('commit')
      }
      return deliveries
    },
    close: async () => database.close(),
  }
}

export const dispatch: Setup<{ folder: string; events: number; synchronous: Synchronous }> = async (init) => {
  const { folder, events, synchronous } = init
  const database = openDatabase(`${folder}/hand.db`, synchronous)
  const insert = inserter(database, ['webhook.received'])
  database.exec('begin')
  for (let index = 0; index < events; index++) insert(deliveryOf('events', `invitee-${index}`, index))
  database.exec('commit')
  const select = database.prepare("select seq, key, body from outbox where state = 'pending' order by seq limit 8")
  const acknowledge = database.prepare("update outbox set state = 'done', due_at = ? where seq = ?")
  const handler = async (event: unknown) => {
    if (!event) throw new Error('no event')
  }
  return {
    prepare: async () => database.exec("update outbox set state = 'pending'"),
    async round() {
      type Row = { seq: number; key: string; body: string }
      for (let rows = select.all() as Row[]; rows.length > 0; rows = select.all() as Row[]) {
        for (const { seq, key, body } of rows) {
          await handler(JSON.parse(open('outbox', key, 'body', body)))
          acknowledge.run(Date.now(), seq)
        }
      }
      return events
    },
    close: async () => database.close(),
  }
}
