// How a capability is shown to be as the facts say.

import type { Capability } from '../../../src/scheduling/index.ts'
import type { Scene } from './scene.ts'

type Result = PromiseLike<unknown> | AsyncIterable<unknown>

/** A request that the provider refuses to a connection without the scope. */
export type RawCall = (scene: Scene) => Promise<Response>

export type Proof =
  | Works
  /** Not offered: this request is refused with that status; 404 is an endpoint that does not exist. */
  | { readonly refused: RawCall; readonly status: number }
  /** Not offered: what is asked for is not done. Resolves if so. */
  | { readonly ignored: (scene: Scene) => Promise<unknown> }
  /** Offered by the documentation, which does not tell the body: the sandbox has no such endpoint, and no verb needs it. */
  | { readonly documented: RawCall; readonly scopes: readonly string[] }

export interface Works {
  /** Prepares what it needs with a connection that may do everything, and returns what works with one that may do it. */
  readonly works: (all: Scene) => Promise<(scene: Scene) => Result>
  /** Whether `works` is a verb of ours: then it is refused without a scope before anything is sent. */
  readonly isVerb: boolean
  /** For each scope that is needed. */
  readonly scopes: Readonly<Record<string, RawCall>>
}

export type Proofs = Readonly<Record<Capability, Proof>>

/** A verb of ours. */
export function verb(works: Works['works'], scopes: Works['scopes'] = {}): Proof {
  return { works, isVerb: true, scopes }
}

/** A request for which there is no verb. */
export function request(call: RawCall, scopes: readonly string[] = []): Proof {
  const works: Works['works'] = async () => async (scene) => {
    const response = await call(scene)
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  }
  return { works, isVerb: false, scopes: Object.fromEntries(scopes.map((scope) => [scope, call])) }
}
