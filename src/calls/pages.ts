// Lists, page after page, requested while their items are read. Every page is on the list's own path of the provider's
// API, even if a page names another address as the next.

import type { CallInit, CallResult, Pages, PagesInit } from '../core/calls.ts'
import { valueError } from '../core/check.ts'
import { type ProviderAnswer, PunctualError } from '../core/errors.ts'
import { parseJson } from '../core/json.ts'
import type { ListPage, Provider } from '../core/provider.ts'
import { pathBelow, resolveApi } from './address.ts'
import { assertPagesInit } from './request.ts'

/** Pages without an item that may follow one another. A longer row means that the list never ends. */
const mostEmptyPages = 100

type Call = (address: URL, init: CallInit) => Promise<CallResult>

interface Page extends Pick<ListPage, 'items'> {
  readonly address: URL
  /** Items of the page that have been read. */
  read: number
}

/**
 * Returns the items of the list at that path. All iterations share one place: after a `break` the next loop continues
 * with the item that follows.
 *
 * @throws {PunctualError} `invalid_argument` for a path elsewhere or a position of another list; `not_supported` for a
 *   provider whose definition does not say how its lists are paged.
 */
export function pages<Item>(provider: Provider, call: Call, path: string | URL, init: PagesInit = {}): Pages<Item> {
  const { paging, apiBase } = provider
  if (!paging)
    throw new PunctualError(
      'not_supported',
      `pages: the definition of ${provider.title} has no "paging". Pass "paging" to defineProvider.`,
      { reason: 'provider' },
    )
  assertPagesInit(init)
  const { from, ...callInit } = init
  const list = resolveApi(apiBase, path, 'pages')
  const start = from === undefined ? { address: list, read: 0 } : parsePosition(apiBase, list, from)
  const read = createPageReader(paging, call, apiBase, list, callInit)
  /** The page that comes next, or why no page follows; `null` after the last. */
  let ahead: URL | PunctualError | null = start.address
  let skip = start.read
  let page: Page | null = null
  let loading: Promise<void> | null = null

  async function load(address: URL): Promise<void> {
    const { items, next } = await read(address)
    page = { address, items, read: Math.min(skip, items.length) }
    ahead = next
    skip = 0
  }

  async function* iterate(): AsyncGenerator<Item, void, undefined> {
    for (;;) {
      while (page && page.read < page.items.length) yield page.items[page.read++] as Item
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
      if (page && page.read < page.items.length) return positionOf(apiBase, page.address, page.read)
      // Where the next page cannot be requested, the position stays at the last one.
      if (ahead && !(ahead instanceof URL)) return page && positionOf(apiBase, page.address, page.read)
      return ahead && positionOf(apiBase, ahead, skip)
    },
  })
}

type PageReader = (address: URL) => Promise<{
  readonly items: readonly unknown[]
  /** The next page, or the error that the iteration ends with after this page; `null` after the last. */
  readonly next: URL | PunctualError | null
}>

/** Requests one page after the other, and refuses a next page that would lead elsewhere or never end. */
function createPageReader(
  paging: NonNullable<Provider['paging']>,
  call: Call,
  apiBase: string,
  list: URL,
  init: CallInit,
): PageReader {
  const requested = new Set<string>()
  let emptyPages = 0

  function parsePage(response: Response, json: unknown, address: URL): ListPage {
    const { status, headers } = response
    const page = status < 300 ? paging({ status, headers, json }, address) : null
    if (page) return page
    throw unexpected(address, 'is not a list, or has another shape', { status, body: json })
  }

  function nextOf(address: URL, named: string): URL | PunctualError {
    const next = pageOfList(apiBase, list, named)
    if (!next) return unexpected(address, 'names a next page elsewhere')
    if (emptyPages >= mostEmptyPages)
      return unexpected(address, `names another page after ${mostEmptyPages} without an item`)
    return requested.has(next.href) ? unexpected(address, 'names an earlier page as the next') : next
  }

  return async (address) => {
    const { response, failure } = await call(address, init)
    if (failure) throw failure
    const { items, next } = parsePage(response, parseJson(await response.text()) ?? null, address)
    requested.add(address.href)
    emptyPages = items.length === 0 ? emptyPages + 1 : 0
    return { items, next: next === null ? null : nextOf(address, next) }
  }
}

/** How many items of the page have been read, and the page. */
function positionOf(apiBase: string, address: URL, read: number): string {
  return `${read}:${pathBelow(apiBase, address)}`
}

function parsePosition(apiBase: string, list: URL, from: unknown): { address: URL; read: number } {
  const [, read = '', path = ''] = /^(\d{1,9}):(\/.*)$/s.exec(String(from)) ?? []
  const address = read === '' ? null : pageOfList(apiBase, list, path)
  if (address) return { address, read: Number(read) }
  throw valueError('pages', 'from', 'must be the `position` of an earlier iteration of the same list')
}

/** The address, if it is a page of that list; else `null`. */
function pageOfList(apiBase: string, list: URL, path: string): URL | null {
  try {
    const address = resolveApi(apiBase, path, 'pages')
    address.hash = ''
    return address.pathname === list.pathname ? address : null
  } catch {
    return null
  }
}

function unexpected(address: URL, what: string, answer?: ProviderAnswer): PunctualError {
  const message = `The provider's answer for ${address.pathname} ${what}.`
  return new PunctualError('provider_unavailable', message, { reason: 'unexpected_answer', answer })
}
