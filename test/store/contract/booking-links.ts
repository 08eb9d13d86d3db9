// What is known of moved bookings: what is recorded once stays.

import assert from 'node:assert/strict'
import { bookingLink, type Contract, runSteadily } from '../fixtures.ts'

const byId = (a: { readonly booking: string }, b: { readonly booking: string }) => (a.booking < b.booking ? -1 : 1)

export const bookingLinksContract: Contract = {
  'links are found by connection and booking': async ({ store: { bookingLinks } }) => {
    assert.deepEqual(await bookingLinks.of('c1', ['a']), [])
    const start = '2030-01-07T09:00:00Z'
    const links = ['a', 'b', 'c'].map((booking) => bookingLink(booking, { replaces: `before ${booking}`, start }))
    for (const link of links) await bookingLinks.put(link)
    await bookingLinks.put(bookingLink('a', { connection: 'c2', replacedBy: 'z' }))
    assert.deepEqual(await bookingLinks.of('c1', []), [])
    for (const ids of [['a'], ['a', 'b'], ['c', 'b', 'a'], ['a', 'b', 'c', 'unknown', 'more'], ['a', 'a', 'a']]) {
      const found = await bookingLinks.of('c1', ids)
      assert.deepEqual(
        found.sort(byId),
        links.filter(({ booking }) => ids.includes(booking)),
      )
    }
    assert.deepEqual(await bookingLinks.of('c2', ['a', 'b']), [bookingLink('a', { connection: 'c2', replacedBy: 'z' })])
  },

  'a thousand links are found at once': async ({ store: { bookingLinks } }) => {
    for (const booking of ['7', '999']) await bookingLinks.put(bookingLink(booking))
    const ids = Array.from({ length: 1000 }, (_, n) => String(n))
    assert.deepEqual((await bookingLinks.of('c1', ids)).sort(byId), [bookingLink('7'), bookingLink('999')].sort(byId))
  },

  'what is known stays: a null replaces nothing, and neither does another value': async ({ store }) => {
    const { put, of } = store.bookingLinks
    await put(bookingLink('a', { chain: 'first' }))
    await put(bookingLink('a', { chain: 'second', replaces: 'x' }))
    await put(bookingLink('a', { replacedBy: 'y' }))
    await put(bookingLink('a'))
    await put(bookingLink('a', { start: '2030-01-07T09:00:00Z' }))
    await put(bookingLink('a', { replaces: 'other', replacedBy: 'other', start: '2030-01-08T09:00:00Z' }))
    const known = { chain: 'first', replaces: 'x', replacedBy: 'y', start: '2030-01-07T09:00:00Z' }
    assert.deepEqual(await of('c1', ['a']), [bookingLink('a', known)])
  },

  'a chain that is not known yet is filled in later, and then stays': async ({ store }) => {
    const { put, of } = store.bookingLinks
    await put(bookingLink('a', { chain: null, replaces: 'x' }))
    assert.deepEqual(await of('c1', ['a']), [bookingLink('a', { chain: null, replaces: 'x' })])
    await put(bookingLink('a', { chain: 'first' }))
    await put(bookingLink('a', { chain: null, replacedBy: 'y' }))
    await put(bookingLink('a', { chain: 'second' }))
    assert.deepEqual(await of('c1', ['a']), [bookingLink('a', { chain: 'first', replaces: 'x', replacedBy: 'y' })])
  },

  'callers who record the same booking lose nothing': async ({ store: { bookingLinks } }) => {
    const facts = Array.from({ length: 10 }, (_, n) => (n % 2 ? { replaces: 'x' } : { replacedBy: 'y' }))
    await Promise.all(facts.map((fact) => bookingLinks.put(bookingLink('a', fact))))
    assert.deepEqual(await bookingLinks.of('c1', ['a']), [bookingLink('a', { replaces: 'x', replacedBy: 'y' })])
  },

  'links are swept once they were recorded long enough ago, the oldest first': async (at) => {
    await runSteadily(at)
    const { bookingLinks } = at.store
    for (const booking of ['a', 'b', 'c']) {
      await bookingLinks.put(bookingLink(booking))
      at.clock.pass(100)
    }
    await bookingLinks.put(bookingLink('a', { replaces: 'x' }))
    const left = async () => (await bookingLinks.of('c1', ['a', 'b', 'c'])).map(({ booking }) => booking).sort()
    assert.equal(await bookingLinks.sweep(301, 10), 0)
    assert.equal(await bookingLinks.sweep(300, 10), 1)
    assert.deepEqual(await left(), ['b', 'c'])
    assert.equal(await bookingLinks.sweep(0, 1), 1)
    assert.deepEqual(await left(), ['c'])
  },
}
