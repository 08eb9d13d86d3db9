// The settings of every Punctual in the tests: alone in this file, so that a worker process starts fast.

export const baseUrl = 'http://localhost:3000/integrations'
export const testKey: string = Buffer.alloc(32, 7).toString('base64url')

/** The headers with which browsers and frameworks mark a prefetch. */
export const prefetches: Record<string, string>[] = [
  { 'sec-purpose': 'prefetch;prerender' },
  { purpose: 'prefetch' },
  { 'x-purpose': 'preview' },
  { 'x-moz': 'prefetch' },
  { 'next-router-prefetch': '1' },
]
