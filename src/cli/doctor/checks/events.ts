// Where events go: whether the address can be reached and is a receiver, and whether events wait or were given up.
// A receiver is asked by requests that change nothing; an event is never sent.

import { isThisMachine } from '../../../core/loopback.ts'
import { type Lead, whereNameLeads } from '../probes/hosts.ts'
import { placeOf, type Reply } from '../probes/request.ts'
import { type Check, type Place, problemWith } from './check.ts'
import { counted, type Finding, ok, spanOf, together, unknown, wrong } from './finding.ts'

const makeSecret = 'echo "whsec_$(openssl rand -base64 32)"'

export function eventsCheck({ read, ask, database }: Pick<Place, 'read' | 'ask' | 'database'>): Check {
  return {
    id: 'events',
    async run() {
      const ofUrl = problemWith(read, 'PUNCTUAL_EVENTS_URL')
      if (ofUrl !== null)
        return wrong(
          ofUrl,
          'Set PUNCTUAL_EVENTS_URL to https addresses, or http on this machine, with commas between them.',
        )
      const ofSecrets = problemWith(read, 'PUNCTUAL_EVENTS_SECRETS')
      if (ofSecrets !== null)
        return wrong(
          ofSecrets,
          `PUNCTUAL_EVENTS_SECRETS holds whsec_… secrets, separated by commas. Make one with: ${makeSecret}`,
        )
      const { events } = read.settings
      const reached = await Promise.all(
        (events?.urls ?? []).map((url) => reach(url, events?.allowPrivateAddresses === true)),
      )
      return together(
        [...reached, ...(await waiting())],
        ok('Events go nowhere but into the feed (GET /v1/events): PUNCTUAL_EVENTS_URL is not set.'),
      )
    },
  }

  async function reach(address: string, isAllowed: boolean): Promise<Finding> {
    const where = placeOf(address)
    const lead = await leadOf(new URL(address))
    if (lead?.isMetadata) return metadataPlace(where)
    if (lead?.kind === 'private' && !isAllowed) return refusedPlace(where)
    // Most receivers take POST alone and answer something else than 404 to one of these. Only where both say 404 is a POST
    // without an event and without a signature sent, which a receiver refuses.
    let last: Reply | null = null
    for (const question of [{ method: 'OPTIONS' }, { method: 'GET' }, { method: 'POST', body: '' }]) {
      const asked = await ask(address, question)
      if ('unreached' in asked)
        return wrong(`The receiver of events: ${where} ${asked.unreached.what}.`, asked.unreached.fix)
      last = asked.reply
      if (last.status !== 404 && last.status !== 410) break
    }
    return judge(where, last?.status ?? 0)
  }

  async function waiting(): Promise<readonly Finding[]> {
    const looked = await database.look()
    if (looked.kind !== 'open') return []
    const { schema, tables } = looked.inspection
    const state = await schema()
    if (state.kind !== 'ours' || state.missing.length > 0) return []
    const { events } = await tables.statistics()
    const [newest] = await tables.outbox.list({ state: 'pending', limit: 1 })
    const error = newest?.error ?? null
    return [
      ...(events.pending > 0 && error !== null
        ? [
            wrong(
              `${counted(events.pending, 'event waits', 'events wait')}, the oldest for ${spanOf(events.oldestPendingMs ?? 0)}. The last dispatch failed: ${error}.`,
              'Correct the receiver. Events are dispatched again for a day; punctual events lists them.',
            ),
          ]
        : []),
      ...(events.dead > 0
        ? [
            ok(
              `${counted(events.dead, 'event was', 'events were')} given up: punctual events --dead lists them, punctual events replay dispatches them again.`,
            ),
          ]
        : []),
    ]
  }
}

/** `null`: this machine, as its address says. */
async function leadOf(url: URL): Promise<Lead | null> {
  return isThisMachine(url) ? null : whereNameLeads(url, 3000)
}

function metadataPlace(where: string): Finding {
  return wrong(
    `The receiver of events: ${where} is at an address of metadata services, where no event is ever sent.`,
    'Correct its name in the DNS, or PUNCTUAL_EVENTS_URL.',
  )
}

function refusedPlace(where: string): Finding {
  return wrong(
    `The receiver of events: ${where} is at an address of a private network, where no event is sent.`,
    'If it belongs there, set PUNCTUAL_ALLOW_PRIVATE_ADDRESSES=on. Else correct its name in the DNS.',
  )
}

function judge(where: string, status: number): Finding {
  const path = 'Correct the path of PUNCTUAL_EVENTS_URL: it is the address of the receiver itself, which takes POST.'
  if (status === 404 || status === 410)
    return wrong(`The receiver of events: there is nothing at this address of ${where} (${status}).`, path)
  if (status >= 300 && status < 400)
    return wrong(
      `The receiver of events: ${where} redirects (${status}), and redirects are not followed.`,
      'Set PUNCTUAL_EVENTS_URL to where it redirects to: watch for https, www. and a slash at the end.',
    )
  if (status >= 502 && status <= 504)
    return wrong(
      `The receiver of events: ${where} answers ${status}.`,
      'Look at the log of the receiver, and at what is in front of it.',
    )
  if (status === 500)
    return unknown(
      `the receiver of events at ${where} answers 500 to a request without an event.`,
      'If it also answers 500 to events, punctual events shows it.',
    )
  if (status === 429)
    return unknown(
      `the receiver of events at ${where} refuses because of too many requests.`,
      'Run this again in a minute.',
    )
  return ok(
    `${where} can be reached. Whether it takes a signed event is seen from one: punctual events lists what waits.`,
  )
}
