// One request of a check. It always ends: with an answer, or with what kept it from coming. It follows no redirect.

import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest, Agent as SafeAgent } from 'node:https'
import { causeCode } from '../../../core/http.ts'
import { meaningOfCode } from '../words/network-errors.ts'

/** What came back. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** When it came, by this machine's clock. */
  readonly at: number
}

/** Why nothing came back. `code`: as Node writes it, or `timeout`. */
export interface Unreached {
  readonly code: string
  /** The rest of a sentence that begins with the host. */
  readonly what: string
  readonly fix: string
}

export type Asked = { readonly reply: Reply } | { readonly unreached: Unreached }

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends a request, and never rejects. */
export type Ask = (url: string | URL, question?: Question) => Promise<Asked>

export interface AskInit {
  readonly deadlineMs: number
  readonly now: () => number
}

/** So much of an answer is read. */
const limitBytes = 131_072

/** Node's own client: `fetch` hides the code of an error of HTTP parsing, and keeps connections open. */
export function createAsk({ deadlineMs, now }: AskInit): Ask {
  return async (url, question = {}) => {
    try {
      return { reply: await send(new URL(url), question, deadlineMs, now) }
    } catch (error) {
      return { unreached: unreachedBy(error) }
    }
  }
}

function send(url: URL, { method = 'GET', headers = {}, body }: Question, deadlineMs: number, now: () => number) {
  return new Promise<Reply>((resolve, reject) => {
    const signal = AbortSignal.timeout(deadlineMs)
    const isSafe = url.protocol === 'https:'
    const options = {
      method,
      signal,
      agent: isSafe ? new SafeAgent({ keepAlive: false }) : new Agent({ keepAlive: false }),
      headers: {
        'user-agent': 'punctual-doctor',
        accept: '*/*',
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
    }
    const request = (isSafe ? httpsRequest : httpRequest)(url, options, (response) => {
      let text = ''
      const done = () => {
        const { statusCode = 0, headers } = response
        resolve({ status: statusCode, headers: flat(headers), text, at: now() })
      }
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
        if (text.length > limitBytes) {
          done()
          response.destroy()
        }
      })
      response.on('end', done).on('error', reject)
    })
    request.on('error', (error) => reject(signal.aborted ? Object.assign(new Error(), { code: 'timeout' }) : error))
    request.end(body)
  })
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))
}

function unreachedBy(error: unknown): Unreached {
  const code = causeCode(error) ?? 'unknown'
  const found = meaningOfCode(code) ?? meaningOfCode(/wrong version number/i.test(String(error)) ? 'EPROTO' : '')
  const what = found?.what ?? `cannot be reached (${code})`
  return { code, what, fix: found?.fix ?? "Check the address and this machine's network." }
}

/** The host and the port of an address, which hold no secret. */
export function placeOf(url: string | URL): string {
  return new URL(url).host
}
