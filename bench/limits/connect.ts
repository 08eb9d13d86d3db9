// A connect flow by hand, in two ways. Bare: random state in a cookie, PKCE, one sealed insert; it does less than an
// application needs. With the same writes: the attempt is recorded, consumed, marked before the exchange, and its answer
// is sealed before the account is asked for; then grant, connection and history are written in one transaction.

import { createHash, randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { Setup } from '../harness/contender.ts'
import { loop } from '../harness/loop.ts'
import { codeOf } from '../provider/tokens.ts'
import { open, seal } from './seal.ts'

export interface ConnectInit {
  readonly url: string
  readonly folder: string
  readonly atOnce: number
  readonly synchronous?: 'normal' | 'full'
}

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
}

const redirectUri = 'http://localhost:3000/callback'
const random = () => randomBytes(32).toString('base64url')
const digest = (text: string) => createHash('sha256').update(text).digest('base64url')

function authorization(url: string, state: string, verifier: string): string {
  const to = new URL(`${url}/oauth/authorize`)
  const parameters = { response_type: 'code', client_id: 'bench', redirect_uri: redirectUri, scope: 'read', state }
  const challenge = { code_challenge: digest(verifier), code_challenge_method: 'S256' }
  for (const [name, value] of Object.entries({ ...parameters, ...challenge })) to.searchParams.set(name, value)
  return to.href
}

async function exchange(url: string, code: string, verifier: string): Promise<Tokens> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const client = { client_id: 'bench', client_secret: 'the secret of the bench' }
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, ...client }),
  })
  if (!response.ok) throw new Error(`the exchange answered ${response.status}`)
  return (await response.json()) as Tokens
}

const found = (location: string, cookie: string) =>
  new Response(null, { status: 303, headers: { location, 'set-cookie': cookie } })

interface Handlers {
  begin(request: Request): Response
  callback(request: Request): Promise<Response>
}

/** Goes through both requests as a browser does. */
function flows({ begin, callback }: Handlers, atOnce: number): (ms: number) => Promise<number> {
  return loop(
    async (index) => {
      const begun = begin(new Request('http://localhost:3000/connect'))
      const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
      const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state')
      const back = `${redirectUri}?code=${codeOf(`hand-${index}`)}&state=${state}`
      const done = await callback(new Request(back, { headers: { cookie } }))
      if (done.status !== 303) throw new Error(`the callback answered ${done.status}`)
    },
    { atOnce },
  )
}

export const bare: Setup<ConnectInit> = async ({ url, folder, atOnce }) => {
  const database = new DatabaseSync(`${folder}/bare.db`)
  database.exec('pragma journal_mode = wal; pragma synchronous = normal')
  database.exec('create table tokens (id text primary key, tokens text not null)')
  const insert = database.prepare('insert into tokens values (?, ?)')
  const round = flows(
    {
      begin() {
        const [state, verifier] = [random(), random()]
        return found(authorization(url, state, verifier), `attempt=${state}.${verifier}; HttpOnly; Path=/`)
      },
      async callback(request) {
        const { searchParams } = new URL(request.url)
        const [state = '', verifier = ''] = request.headers.get('cookie')?.split('=')[1]?.split('.') ?? []
        if (searchParams.get('state') !== state) return new Response(null, { status: 400 })
        const { access_token: a, refresh_token: r } = await exchange(url, searchParams.get('code') ?? '', verifier)
        const id = `grant_${random().slice(0, 22)}`
        insert.run(id, seal('grants', id, 'tokens', JSON.stringify({ a, r })))
        return found('/done', 'attempt=; Max-Age=0')
      },
    },
    atOnce,
  )
  return { round, close: async () => database.close() }
}

const schema = `
  create table attempts (id text primary key, state_hash text not null unique, nonce_hash text not null, owner text not null,
    return_to text not null, verifier text not null, phase text not null, answer text, created_at integer not null) strict;
  create table grants (id text primary key, account text not null unique, name text, email text, tokens text not null,
    generation integer not null, expires_at integer not null, due_at integer) strict;
  create index grants_due on grants (due_at, id);
  create table connections (id text primary key, owner text not null, account text not null, grant_id text not null,
    created_at integer not null) strict;
  create unique index connections_place on connections (owner, account);
  create index connections_order on connections (created_at, id);
  create table history (seq integer primary key, at integer not null, connection text not null, type text not null) strict;
  create index history_connection on history (connection, seq);`

export const sameWrites: Setup<ConnectInit> = async ({ url, folder, atOnce, synchronous = 'full' }) => {
  const database = new DatabaseSync(`${folder}/hand.db`)
  database.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}; ${schema}`)
  const statement = (text: string) => database.prepare(text)
  const insertAttempt = statement('insert into attempts values (?, ?, ?, ?, ?, ?, ?, null, ?)')
  const consume = statement(
    "update attempts set phase = 'consumed' where state_hash = ? and phase = 'begun' returning id, nonce_hash, verifier, owner",
  )
  const exchanging = statement("update attempts set phase = 'exchanging' where id = ? and phase = 'consumed'")
  const keepAnswer = statement(
    "update attempts set phase = 'answered', answer = ? where id = ? and phase = 'exchanging'",
  )
  const insertGrant = statement(
    'insert into grants values (?, ?, ?, ?, ?, 1, ?, ?) on conflict do update set tokens = excluded.tokens',
  )
  const insertConnection = statement('insert into connections values (?, ?, ?, ?, ?) on conflict do nothing')
  const insertHistory = statement('insert into history (at, connection, type) values (?, ?, ?)')
  const endAttempt = statement("update attempts set phase = 'done', answer = null where id = ?")

  function begin(): Response {
    const [id, state, nonce, verifier] = [random(), random(), random(), random()]
    const sealed = seal('attempts', id, 'verifier', verifier)
    insertAttempt.run(id, digest(state), digest(nonce), 'owner', '/done', sealed, 'begun', Date.now())
    return found(authorization(url, state, verifier), `attempt=${nonce}; HttpOnly; Path=/`)
  }

  async function callback(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const nonce = request.headers.get('cookie')?.split('=')[1] ?? ''
    const attempt = consume.get(digest(searchParams.get('state') ?? '')) as Record<string, string> | undefined
    if (!attempt || attempt.nonce_hash !== digest(nonce)) return new Response(null, { status: 400 })
    const { id = '', verifier = '', owner = '' } = attempt
    exchanging.run(id)
    const tokens = await exchange(url, searchParams.get('code') ?? '', open('attempts', id, 'verifier', verifier))
    keepAnswer.run(seal('attempts', id, 'answer', JSON.stringify(tokens)), id)
    const me = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const { sub, name, email } = (await me.json()) as Record<'sub' | 'name' | 'email', string>
    attach(id, owner, tokens, { sub, name, email })
    return found('/done', 'attempt=; Max-Age=0')
  }

  function attach(
    attempt: string,
    owner: string,
    tokens: Tokens,
    { sub, name, email }: Record<'sub' | 'name' | 'email', string>,
  ): void {
    const grant = `grant_${digest(`bench\n${sub}`).slice(0, 22)}`
    const { access_token: a, refresh_token: r } = tokens
    const sealed = seal('grants', grant, 'tokens', JSON.stringify({ a, r }))
    const [connection, now] = [`connection_${random().slice(0, 22)}`, Date.now()]
    database.exec('begin immediate')
    insertGrant.run(grant, sub, name, email, sealed, now + tokens.expires_in * 1000, now + tokens.expires_in * 800)
    insertConnection.run(connection, owner, sub, grant, now)
    insertHistory.run(now, connection, 'connection.attached')
    endAttempt.run(attempt)
    database.exec('commit')
  }

  return { round: flows({ begin, callback }, atOnce), close: async () => database.close() }
}
