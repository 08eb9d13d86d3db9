// Searches texts and bytes for secrets, in every form in which one could have got there.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A shorter text is found by chance. */
const shortest = 12

/** Returns a secret as it is, escaped, encoded, and as the inside of the base64 of a text that holds it. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const encoded = encodeURIComponent(secret)
  const json = JSON.stringify(secret).slice(1, -1)
  // Where it begins within three bytes decides what it looks like. At both ends it is mixed with what is beside it.
  const inside = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(4, -4),
  )
  const plain = [secret, encoded, encodeURIComponent(encoded), json, JSON.stringify(json).slice(1, -1)]
  const turned = [...secret].reverse().join('')
  // The end of a token is its own; tokens of one kind may begin alike.
  const end = secret.length > 40 ? [secret.slice(-24)] : []
  const base64 = inside.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
  const all = [...plain, ...end, turned, hex, hex.toUpperCase(), ...base64, bytes.toString('utf16le')]
  return [...new Set(all)].filter((form) => form.length >= shortest)
}

/** Fails if one of the secrets is in one of the texts. A secret is never repeated: the error says where it was, and which it was. */
export function assertNowhere(
  places: Iterable<readonly [place: string, text: string]>,
  secrets: ReadonlyMap<string, string>,
): void {
  const forms = [...secrets].flatMap(([secret, what]) => formsOf(secret).map((form) => ({ form, what })))
  const found = new Set<string>()
  for (const [place, text] of places)
    for (const { form, what } of forms) if (text.includes(form)) found.add(`${what} in ${place}`)
  assert.deepEqual([...found], [])
}

/** Returns the files of a folder, byte by byte; without those of these names. */
export function filesIn(folder: string, without: readonly string[] = []): [place: string, text: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !without.includes(file.name))
    .map((file) => {
      const path = join(file.parentPath, file.name)
      return [path.slice(folder.length + 1), readFileSync(path, 'latin1')]
    })
}

/**
 * Returns every text and byte that can be reached from a value: own members whether they are listed or not, symbols, what getters
 * return, causes, bytes, and what collections hold.
 */
export function everythingIn(value: unknown): string {
  const texts: string[] = []
  const seen = new Set<unknown>()
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string') texts.push(next)
    if ((typeof next !== 'object' && typeof next !== 'function') || next === null || seen.has(next)) continue
    seen.add(next)
    if (ArrayBuffer.isView(next)) {
      texts.push(Buffer.from(next.buffer, next.byteOffset, next.byteLength).toString('latin1'))
      continue
    }
    if (next instanceof Map || next instanceof Set || next instanceof Headers) open.push(...next)
    for (let at: object | null = next; at && !Object.hasOwn(at, 'hasOwnProperty'); at = Object.getPrototypeOf(at))
      for (const name of Reflect.ownKeys(at)) {
        open.push(String(name))
        const { value, get } = Object.getOwnPropertyDescriptor(at, name) ?? {}
        open.push(value, get && read(() => get.call(next)))
      }
  }
  return texts.join('\n')
}

function read(get: () => unknown): unknown {
  try {
    return get()
  } catch (error) {
    return error
  }
}
