// What the back end of a stranger knows while it works with the service: a client that was made from the document, and what
// it keeps between two steps.

import assert from 'node:assert/strict'
import createClient, { type Client } from 'openapi-fetch'
import type { paths } from './api.d.ts'

export type ApiClient = Client<paths>

export interface Surroundings {
  /** The public address of the service, without a slash at the end. */
  readonly url: string
  /** A key with the scope `admin`. */
  readonly key: string
  /** Opens the address as a person who gives consent to the account of Eve. Returns where the browser ends. */
  connect(address: string): Promise<URL>
  /** A key of `punctual api-keys create` with these options. */
  createKey(...options: string[]): Promise<string>
  /** Waits until every webhook of the sandbox that is due was sent. */
  delivered(): Promise<void>
  /** The number of token requests that the provider has had. */
  tokenRequests(): Promise<number>
}

export interface Journey extends Surroundings {
  readonly client: 'calendly' | 'calcom'
  readonly api: ApiClient
  /** What one step keeps for another: ids and times by name. */
  readonly kept: Map<string, string>
}

export interface Step {
  readonly title: string
  readonly run: (journey: Journey) => Promise<void>
}

export function createJourney(surroundings: Surroundings, client: Journey['client']): Journey {
  return { ...surroundings, client, api: clientWith(surroundings.url, surroundings.key), kept: new Map() }
}

/** A client with that API key; without a key, one that has none. */
export function clientWith(url: string, key?: string): ApiClient {
  return createClient<paths>({
    baseUrl: url,
    ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
  })
}

export const step = (title: string, run: Step['run']): Step => ({ title, run })

export function keep({ kept }: Journey, name: string, value: string): void {
  kept.set(name, value)
}

export function recall({ kept }: Journey, name: string): string {
  const value = kept.get(name)
  assert.ok(value !== undefined, `no step has kept ${name}`)
  return value
}

interface Answer<Data> {
  readonly data?: Data
  readonly error?: unknown
  readonly response: Response
}

/** Returns the data of an answer with that status. */
export function expectData<Data>({ data, error, response }: Answer<Data>, status = 200): Data {
  assert.equal(response.status, status, JSON.stringify(error))
  assert.ok(data !== undefined)
  return data
}

/** Checks that the answer is a problem document with that status and code. */
export function expectProblem({ error, response }: Answer<unknown>, status: number, code: string): Problem {
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  const problem = error as Problem
  assert.deepEqual([response.status, problem.code], [status, code], JSON.stringify(problem))
  assert.match(problem.type, new RegExp(`#${code}$`))
  assert.equal(problem.requestId, response.headers.get('x-request-id'))
  return problem
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly reason?: string
  readonly requestId: string
}
