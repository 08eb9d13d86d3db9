// What every Punctual of the tests is given: by itself, so that a worker process starts fast.

export const baseUrl = 'http://localhost:3000/integrations'
export const testKey: string = Buffer.alloc(32, 7).toString('base64url')

/** How browsers and frameworks say that nobody has asked for the page yet. */
export const prefetches: Record<string, string>[] = [
  { 'sec-purpose': 'prefetch;prerender' },
  { purpose: 'prefetch' },
  { 'x-purpose': 'preview' },
  { 'x-moz': 'prefetch' },
  { 'next-router-prefetch': '1' },
]
