// Runs every check, each by itself: one that fails, or does not end, stops no other. Nothing is changed, and no stored token
// is presented.

import { callbackUrl } from '../../flow/callback-url.ts'
import type { Variables } from '../settings/env-file.ts'
import { baseUrlCheck } from './checks/base-url.ts'
import { callbackCheck } from './checks/callback.ts'
import type { Check, Place } from './checks/check.ts'
import { clockCheck } from './checks/clock.ts'
import { credentialsCheck } from './checks/credentials.ts'
import { escrowCheck } from './checks/escrow.ts'
import { eventsCheck } from './checks/events.ts'
import { type Finding, unknown, wrong } from './checks/finding.ts'
import { journalCheck } from './checks/journal.ts'
import { keysCheck } from './checks/keys.ts'
import { nodeCheck } from './checks/node.ts'
import { schemaCheck } from './checks/schema.ts'
import { scopesCheck } from './checks/scopes.ts'
import { settingsCheck } from './checks/settings.ts'
import { storeCheck } from './checks/store.ts'
import { webhooksCheck } from './checks/webhooks.ts'
import { type SetClient, setClients } from './probes/clients.ts'
import { type ConsentVerdict, openConsentPage } from './probes/consent-page.ts'
import { createLook } from './probes/database.ts'
import { createAsk } from './probes/request.ts'
import { askTokenEndpoint, type TokenReply } from './probes/token-endpoint.ts'
import { readAll } from './settings/read.ts'

/** What a check has found. */
export interface Result extends Finding {
  readonly id: string
}

export interface DiagnoseInit {
  readonly environment: Variables
  /** Where `.env` is. */
  readonly folder: string
  /** This Node, and the sentence for one that is too old. */
  readonly node: { readonly version: string; readonly tooOld: string | null }
  readonly now: () => number
  /** For one request. */
  readonly requestDeadlineMs?: number
  /** For one check. */
  readonly checkDeadlineMs?: number
}

export async function diagnose({
  environment,
  folder,
  node,
  now,
  requestDeadlineMs = 8000,
  checkDeadlineMs = 30_000,
}: DiagnoseInit): Promise<readonly Result[]> {
  const place = placeOf({ environment, folder, now, requestDeadlineMs })
  const checks = [nodeCheck(node, environment), ...checksOf(place)]
  try {
    return await Promise.all(checks.map((check) => settled(check, checkDeadlineMs)))
  } finally {
    await within(place.database.close(), requestDeadlineMs)
  }
}

function placeOf({
  environment,
  folder,
  now,
  requestDeadlineMs,
}: Pick<DiagnoseInit, 'environment' | 'folder' | 'now'> & { readonly requestDeadlineMs: number }): Place {
  const read = readAll(environment, folder)
  const { settings } = read
  const baseUrl = settings.url ?? `http://localhost:${settings.port}`
  const ask = createAsk({ deadlineMs: requestDeadlineMs, now })
  const callbackOf = ({ name }: SetClient) => callbackUrl(baseUrl, name)
  const replies = new Map<SetClient, Promise<TokenReply | null>>()
  const pages = new Map<SetClient, Promise<ConsentVerdict | null>>()
  return {
    read,
    clients: setClients(read),
    baseUrl,
    now,
    ask,
    database: createLook(settings.database),
    callbackOf,
    tokenReply: (of) =>
      once(replies, of, async () => of.client && askTokenEndpoint(ask, of.name, of.client, callbackOf(of))),
    consent: (of) =>
      once(pages, of, async () => {
        const { client, name } = of
        return client && openConsentPage(ask, name, client, { redirectUri: callbackOf(of), scopes: client.scopes })
      }),
  }
}

function checksOf(place: Place): readonly Check[] {
  return [
    settingsCheck(place),
    baseUrlCheck(place),
    storeCheck(place),
    schemaCheck(place),
    keysCheck(place),
    journalCheck(place),
    escrowCheck(place),
    clockCheck(place),
    eventsCheck(place),
    ...place.clients.flatMap((client) => [
      callbackCheck(client, place),
      credentialsCheck(client, place),
      scopesCheck(client, place),
      webhooksCheck(client, place),
    ]),
  ]
}

async function settled({ id, run }: Check, deadlineMs: number): Promise<Result> {
  try {
    const found = await within(run(), deadlineMs)
    return {
      id,
      ...(found ?? unknown(`the check did not end within ${Math.round(deadlineMs / 1000)} s.`, 'Run it again.')),
    }
  } catch (error) {
    // Our own errors hold no secret; the message of another may.
    const message = (error as Error).name === 'PunctualError' ? (error as Error).message : 'The check itself failed.'
    return { id, ...wrong(message, `Please report it with its name, ${id}, and what "punctual --version" prints.`) }
  }
}

/** `null`: it did not end in time. */
async function within<Value>(work: Promise<Value>, deadlineMs: number): Promise<Value | null> {
  const over = new AbortController()
  const late = new Promise<null>((resolve) => {
    const timer = setTimeout(resolve, deadlineMs, null)
    over.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  return Promise.race([work, late]).finally(() => over.abort())
}

function once<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>): Promise<Value> {
  const made = known.get(key) ?? make()
  known.set(key, made)
  return made
}
