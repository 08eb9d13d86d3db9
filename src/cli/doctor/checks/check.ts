// What a check gets, and what it is.

import type { SetClient } from '../probes/clients.ts'
import type { ConsentVerdict } from '../probes/consent-page.ts'
import type { LookedDatabase } from '../probes/database.ts'
import type { Ask } from '../probes/request.ts'
import type { TokenReply } from '../probes/token-endpoint.ts'
import type { ReadSettings } from '../settings/read.ts'
import type { Finding } from './finding.ts'

/** One check. It may reject: the others go on, and its error is shown. */
export interface Check {
  readonly id: string
  run(): Promise<Finding>
}

/** What the checks share. Each is asked for once, by the check that needs it first. */
export interface Place {
  readonly read: ReadSettings
  readonly clients: readonly SetClient[]
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly now: () => number
  readonly ask: Ask
  readonly database: LookedDatabase
  readonly callbackOf: (client: SetClient) => string
  /** `null`: the client cannot be made. */
  readonly tokenReply: (client: SetClient) => Promise<TokenReply | null>
  readonly consent: (client: SetClient) => Promise<ConsentVerdict | null>
}

/** Returns what the commands say about one of these settings; `null` if they take them. */
export function problemWith({ problems }: ReadSettings, ...names: readonly string[]): string | null {
  return problems.find(({ name }) => name !== null && names.includes(name))?.sentence ?? null
}
