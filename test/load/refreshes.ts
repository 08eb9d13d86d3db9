// What the provider saw of refreshes. From it follows which grants may end: those of which an answer was lost, by a fault or
// with a replica that was killed.

import type { RecordedRequest } from '../../src/sandbox/index.ts'
import type { Person } from './place.ts'

type Named = Pick<Person, 'provider' | 'id'>

export interface Refreshes {
  /** Takes the newest requests that the provider has recorded. */
  see(requests: readonly RecordedRequest[]): void
  killed(at: number): void
  /** Whether an answer to a refresh of that person's grant may have been lost. */
  mayHaveLost(person: Named): boolean
  /** Refreshes that were refused, of persons of whom no answer was lost. */
  spentWithoutNeed(): string[]
  readonly counts: Readonly<Record<Kind, number>>
}

type Kind = 'answered' | 'lost' | 'refused'

interface Seen {
  readonly at: number
  readonly kind: Kind
  readonly why: string | null
}

/** A replica that is killed may have had these under way: an answer takes a while to be stored. */
const underWayMs = 2000

export function createRefreshes(): Refreshes {
  const byPerson = new Map<string, { readonly person: Named; readonly seen: Seen[] }>()
  const kills: number[] = []
  const counts = { answered: 0, lost: 0, refused: 0 }
  let last = 0

  function isLost({ kind, at }: Seen): boolean {
    const wasUnderWay = () => kills.some((kill) => Math.abs(at - kill) < underWayMs)
    return kind === 'lost' || (kind === 'answered' && wasUnderWay())
  }

  const mayHaveLost = ({ provider, id }: Named) => (byPerson.get(`${provider} ${id}`)?.seen ?? []).some(isLost)

  return {
    see(requests) {
      for (const request of requests) {
        const kind = request.id > last ? kindOf(request) : null
        const { provider, account, at, why } = request
        if (kind === null || provider === null || account === null) continue
        const entry = byPerson.get(`${provider} ${account}`) ?? { person: { provider, id: account }, seen: [] }
        entry.seen.push({ at: Date.parse(at), kind, why })
        byPerson.set(`${provider} ${account}`, entry)
        counts[kind]++
      }
      last = Math.max(last, requests.at(-1)?.id ?? 0)
    },
    killed: (at) => void kills.push(at),
    mayHaveLost,
    spentWithoutNeed: () =>
      [...byPerson.values()].flatMap(({ person, seen }) => {
        const refused = seen.find(({ kind }) => kind === 'refused')
        return refused && !mayHaveLost(person) ? [`${person.provider} ${person.id}: ${refused.why}`] : []
      }),
    counts,
  }
}

/** `null`: it changed nothing at the provider, such as one that a fault kept from it. */
function kindOf({ grantType, status, fault }: RecordedRequest): Kind | null {
  if (grantType !== 'refresh_token') return null
  // The provider has committed, and the answer went nowhere.
  if (fault === 'reset_after') return 'lost'
  if (fault !== null && fault !== 'set' && fault !== 'delay') return null
  return status === 200 ? 'answered' : status === 400 ? 'refused' : null
}
