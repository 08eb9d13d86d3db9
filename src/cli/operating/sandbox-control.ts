// The sandbox that runs on this machine, by its control endpoints: for the commands that need one.

import { isLoopback } from '../../core/loopback.ts'
import { CliError } from '../output/cli-error.ts'
import { earlierSandboxPort } from '../settings/sandbox-port.ts'
import type { Settings } from '../settings/settings.ts'

/** A subscription and a webhook as `GET /control/webhooks` shows them: the fields that the commands read. */
export interface SandboxWebhooks {
  readonly webhooks: readonly {
    readonly id: string
    readonly event: string
    readonly url: string
    readonly state: string
    readonly why: string | null
    readonly attempts: readonly { readonly status: number | null }[]
  }[]
  readonly subscriptions: readonly {
    readonly provider: 'calendly' | 'calcom'
    readonly account: string
    readonly events: readonly string[]
    readonly state: string
  }[]
}

export interface SandboxControl {
  /** No slash at the end. */
  readonly url: string
  /** @throws {CliError} if no sandbox answers there, or with what it says. */
  call<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer>
  webhooks(): Promise<SandboxWebhooks>
}

/** `given`: the address of an option. Else the sandbox of the settings, that of `punctual dev`, or the usual port. */
export function createSandboxControl(settings: Settings, given?: string): SandboxControl {
  const url = given === undefined ? knownUrl(settings) : originOf(given)
  const call = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    }).catch((cause: unknown) => {
      throw noSandbox(url, cause)
    })
    const text = await response.text()
    const answer = parsed(text)
    if (response.ok && answer !== null) return answer as Answer
    const { error } = (answer ?? {}) as { error?: unknown }
    if (typeof error === 'string') throw new CliError(`The sandbox says: ${error}`)
    throw noSandbox(url)
  }
  return { url, call, webhooks: () => call('GET', '/control/webhooks') }
}

function knownUrl({ calendly, calcom, data }: Settings): string {
  const address = calendly.hosts?.api ?? calcom.hosts?.api
  if (address !== undefined && isLoopback(new URL(address))) return new URL(address).origin
  return `http://127.0.0.1:${earlierSandboxPort(data) || 4610}`
}

function originOf(text: string): string {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol)) return url.origin
  throw new CliError('--sandbox is not an address: give one such as http://127.0.0.1:4610.', 2)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function noSandbox(url: string, cause?: unknown): CliError {
  return new CliError(
    `No sandbox answers at ${url}: start one with "punctual sandbox" or "punctual dev", or give its address with --sandbox.`,
    1,
    cause,
  )
}
