// Lists, page after page, asked for as their items are taken. Every page is on the list's own path of the provider's API,
// whatever the page before names as the next.

import type { Pages, PagesInit } from '../core/calls.ts'
import { valueError } from '../core/check.ts'
import { type ProviderAnswer, PunctualError } from '../core/errors.ts'
import { failureOf } from '../core/failure.ts'
import type { ListPage, Provider } from '../core/provider.ts'
import { pathBelow, resolveApi } from './address.ts'
import { assertPagesInit } from './request.ts'

/** Pages without an item that may follow one another. A list that goes on like that does not end. */
const mostEmpty = 100

type Fetch = (address: URL, init: Omit<PagesInit, 'from'>) => Promise<Response>

/**
 * The items of the list at that path. One place is kept, however often it is gone over: after a `break` the next loop
 * goes on with the item that follows.
 *
 * @throws {PunctualError} `invalid_argument` for a path elsewhere or a position of another list; `not_supported` for a
 *   provider that does not say how its lists are paged.
 */
export function pages<Item>(provider: Provider, fetch: Fetch, path: string | URL, init: PagesInit = {}): Pages<Item> {
  const { paging, apiBase } = provider
  if (!paging)
    throw new PunctualError(
      'not_supported',
      `pages: the definition of ${provider.title} does not say how its lists are paged. Give "paging" to defineProvider.`,
      { reason: 'provider' },
    )
  assertPagesInit(init)
  const { from, ...call } = init
  const list = resolveApi(apiBase, path, 'pages')
  const begin = from === undefined ? { address: list, taken: 0 } : parsePosition(apiBase, list, from)
  const asked = new Set<string>()
  /** The page that comes next, or why none can; `null` after the last. */
  let ahead: URL | PunctualError | null = begin.address
  let skipped = begin.taken
  let empty = 0
  let page: { readonly address: URL; readonly items: readonly unknown[]; taken: number } | null = null
  let loading: Promise<void> | null = null

  async function load(address: URL): Promise<void> {
    const response = await fetch(address, call)
    const failure = failureOf(response)
    if (failure) throw failure
    const { items, next } = await pageOf(response, address)
    asked.add(address.href)
    page = { address, items, taken: Math.min(skipped, items.length) }
    empty = items.length === 0 ? empty + 1 : 0
    ahead = next === null ? null : pageAfter(address, next)
    skipped = 0
  }

  async function pageOf(response: Response, address: URL): Promise<ListPage> {
    const { status, headers } = response
    const json: unknown = await response.json().catch(() => null)
    const read = status < 300 && paging ? paging({ status, headers, json }, address) : null
    if (read) return read
    throw unexpected(address, 'is no list, or is of another shape', { status, body: json })
  }

  /** An address, or the error that the loop ends with once the items at hand have been taken. */
  function pageAfter(address: URL, named: string): URL | PunctualError {
    const next = below(apiBase, list, named)
    if (!next) return unexpected(address, 'names a next page that lies elsewhere')
    if (empty >= mostEmpty) return unexpected(address, `names another page after ${mostEmpty} without an item`)
    return asked.has(next.href) ? unexpected(address, 'names a page as the next that was there before') : next
  }

  async function* iterate(): AsyncGenerator<Item, void, undefined> {
    for (;;) {
      while (page && page.taken < page.items.length) yield page.items[page.taken++] as Item
      if (!ahead) return
      if (!(ahead instanceof URL)) throw ahead
      loading ??= load(ahead).finally(() => {
        loading = null
      })
      await loading
    }
  }

  return Object.freeze({
    [Symbol.asyncIterator]: iterate,
    get position() {
      if (page && page.taken < page.items.length) return positionOf(apiBase, page.address, page.taken)
      // Where the next page cannot be asked for, the last one is where it stands.
      if (ahead && !(ahead instanceof URL)) return page && positionOf(apiBase, page.address, page.taken)
      return ahead && positionOf(apiBase, ahead, skipped)
    },
  })
}

/** How many items of the page have been taken, and the page. */
function positionOf(apiBase: string, address: URL, taken: number): string {
  return `${taken}:${pathBelow(apiBase, address)}`
}

function parsePosition(apiBase: string, list: URL, from: unknown): { address: URL; taken: number } {
  const [, taken = '', path = ''] = /^(\d{1,9}):(\/.*)$/s.exec(String(from)) ?? []
  const address = taken === '' ? null : below(apiBase, list, path)
  if (address) return { address, taken: Number(taken) }
  throw valueError('pages', 'from', 'must be the `position` of an earlier iteration of the same list')
}

/** The address, if it is a page of that list. */
function below(apiBase: string, list: URL, path: string): URL | null {
  try {
    const address = resolveApi(apiBase, path, 'pages')
    address.hash = ''
    return address.pathname === list.pathname ? address : null
  } catch {
    return null
  }
}

function unexpected(address: URL, what: string, answer?: ProviderAnswer): PunctualError {
  const message = `The answer of ${address.pathname} ${what}.`
  return new PunctualError('provider_unavailable', message, { reason: 'unexpected_answer', answer })
}
