// What a verb rejects with: always a `PunctualError`, whose message says which verb it is of, and what a refused call was about.

import type { Pages } from '../core/calls.ts'
import { shown } from '../core/check.ts'
import { unlessEndedByCaller } from '../core/ended-by-caller.ts'
import { PunctualError, reworded } from '../core/errors.ts'
import { membersOf } from '../core/json.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'

/** A call of a verb, as its errors describe it. */
export interface VerbCall {
  readonly place: string
  /** What it was about: an event type or a booking, as an object or by its id. */
  readonly about?: { readonly kind: 'event type' | 'booking'; readonly reference: unknown }
  readonly options: VerbOptions | undefined
}

/** Makes a verb reject as described. */
export async function told<Result>(call: VerbCall, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw errorOf(call, error)
  }
}

/** The same for a list, whose requests are made while it is read. What it throws at once is about its arguments. */
export function toldList<Item>(call: VerbCall, list: AsyncIterable<Item>): AsyncIterable<Item> {
  async function* iterate(): AsyncGenerator<Item, void, undefined> {
    try {
      yield* list
    } catch (error) {
      throw errorOf(call, error)
    }
  }
  return Object.freeze({ [Symbol.asyncIterator]: iterate })
}

/** The same for a list that can be continued. */
export function toldPages<Item>(call: VerbCall, list: Pages<Item>): Pages<Item> {
  return Object.freeze({
    ...toldList(call, list),
    get position() {
      return list.position
    },
  })
}

function errorOf({ place, about, options }: VerbCall, thrown: unknown): unknown {
  const error = unlessEndedByCaller(place, options?.signal, thrown)
  if (!(error instanceof PunctualError)) return error
  const id = error.code === 'provider_refused' && about ? idOf(about.reference) : null
  const more =
    about && id !== null && !error.message.includes(id) ? ` It is about the ${about.kind} ${shownId(id)}.` : ''
  const isPlaced = error.message.startsWith(`${place}: `)
  if (isPlaced && more === '') return error
  return reworded(error, `${isPlaced ? '' : `${place}: `}${error.message}${more}`)
}

function idOf(reference: unknown): string | null {
  const id = typeof reference === 'string' ? reference : membersOf(reference).id
  return typeof id === 'string' ? id : null
}

/** An address is longer than what a message otherwise shows of a value. */
function shownId(id: string): string {
  return id.length <= 200 ? `"${id}"` : shown(id)
}
