// Calendly's paging. A page token is bound to the user and to every other parameter of the query: a query that is built
// by hand gets 400, as at the real service. It carries its place and a proof, so nothing needs to be stored.

import { createHmac } from 'node:crypto'
import { type Answer, type Exchange, jsonAnswer } from '../../http/exchange.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall } from './call.ts'
import { invalidArgument } from './errors.ts'

/** One page of the rows, as the query asks for it. */
export function page(call: CalendlyCall, rows: readonly object[], mostRows = 100): Answer {
  const { world, exchange } = call
  const account = call.account.id
  const { query } = exchange
  const count = Number(query.get('count') ?? '20')
  if (!Number.isInteger(count) || count < 1 || count > mostRows) {
    return invalidArgument(exchange, `count is not a number from 1 to ${mostRows}`, [
      { parameter: 'count', message: 'is invalid' },
    ])
  }
  const given = query.get('page_token')
  const start = given === null ? 0 : placeOf(world, exchange, account, given)
  if (start === null) {
    const detail = [{ parameter: 'page_token', message: 'is invalid' }]
    return invalidArgument(exchange, 'page_token does not belong to this query; follow next_page as it is', detail)
  }
  const collection = rows.slice(start, start + count)
  const next = start + count < rows.length ? tokenFor(world, exchange, account, start + count) : null
  const previous = start > 0 ? tokenFor(world, exchange, account, Math.max(0, start - count)) : null
  const pagination = {
    count: collection.length,
    next_page: next === null ? null : address(world, exchange, next),
    next_page_token: next,
    previous_page: previous === null ? null : address(world, exchange, previous),
    previous_page_token: previous,
  }
  return jsonAnswer(200, { collection, pagination })
}

function address(world: World, exchange: Exchange, token: string): string {
  const query = new URLSearchParams(exchange.query)
  query.set('page_token', token)
  return `${world.root('/calendly/api')}${exchange.path}?${query}`
}

/** 32 characters: the place in 3 bytes, the proof in 21. */
function tokenFor(world: World, exchange: Exchange, account: string, place: number): string {
  const query = new URLSearchParams(exchange.query)
  query.delete('page_token')
  query.sort()
  const bound = JSON.stringify([account, exchange.path, query.toString(), place])
  const proof = createHmac('sha256', world.state.signingKey).update(bound).digest().subarray(0, 21)
  return Buffer.concat([Buffer.from([place >> 16, (place >> 8) & 255, place & 255]), proof]).toString('base64url')
}

function placeOf(world: World, exchange: Exchange, account: string, token: string): number | null {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 24) return null
  const place = bytes.readUIntBE(0, 3)
  return tokenFor(world, exchange, account, place) === token ? place : null
}
