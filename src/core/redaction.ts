// Removes secrets from foreign texts before they can be logged: servers echo what they receive. A part of a secret
// counts as a secret. It is found as plain text and with the escapes of JSON, of an address or of a page. The work
// grows linearly with the length of the text.

import type { TokenSet } from './tokens.ts'

/** So many characters of a secret count as a part of it. A shorter secret counts only as a whole. */
const piece = 8
/** How many times escapes may be escaped again: JSON in JSON in an address. */
const deepest = 3

/** As long as an escape is. */
const longestEscape = 10
/** As long as a part of a secret can be where each of its characters is escaped as often as that. */
const longestPart = piece * longestEscape ** deepest

const escaped = /\\u([0-9a-f]{4})|\\([^u])|%([0-9a-f]{2})|&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));/gi

interface Span {
  readonly start: number
  readonly end: number
}

/** An unescaped text, with the position of each of its characters in the original text. */
interface Reading {
  readonly text: string
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** Returns a function that replaces these secrets, and parts of them, with `[secret]`. */
export function withoutSecrets(secrets: readonly string[]): (text: string) => string {
  const find = finderOf(secrets)
  return (text) => {
    const hidden = find(text)
    return hidden.length === 0 ? text : replaced(text, hidden)
  }
}

/** The same for a text that comes in pieces: no part of a secret passes because it lies in two of them. */
export interface Redaction {
  /** Returns what can be shown by now. */
  push(text: string): string
  /** Returns the rest. */
  end(): string
}

export function createRedaction(secrets: readonly string[]): Redaction {
  const find = finderOf(secrets)
  let pending = ''

  function show(end: number): string {
    const hidden = merged(find(pending))
    const across = hidden.find((span) => span.start < end && end < span.end)
    const cut = across && across.start > 0 ? across.start : end
    const before = hidden
      .filter(({ start }) => start < cut)
      .map(({ start, end }) => ({ start, end: Math.min(end, cut) }))
    const shown = replaced(pending.slice(0, cut), before)
    pending = pending.slice(cut)
    return shown
  }

  return {
    push(text) {
      pending += text
      // Much at once: what is kept back is looked through again.
      return pending.length < 2 * longestPart ? '' : show(pending.length - longestPart)
    },
    end: () => show(pending.length),
  }
}

/** Returns a function that finds these secrets, and parts of them. */
function finderOf(secrets: readonly string[]): (text: string) => Span[] {
  const lengths = new Map<number, Set<string>>()
  for (const secret of secrets.filter((one) => one !== '').flatMap(spellings)) {
    const length = Math.min(secret.length, piece)
    const pieces = lengths.get(length) ?? new Set()
    for (let at = 0; at + length <= secret.length; at++) pieces.add(secret.slice(at, at + length))
    lengths.set(length, pieces)
  }
  return (text) => {
    const hidden: Span[] = []
    let reading: Reading | null = { text, starts: [], ends: [] }
    for (let depth = 0; reading && depth <= deepest; depth++) {
      for (const [length, pieces] of lengths) find(reading, length, pieces, hidden)
      reading = unescaped(reading)
    }
    return hidden
  }
}

/** Returns the same for the tokens of a grant. */
export function withoutTokens({ accessToken, refreshToken }: TokenSet): (text: string) => string {
  return withoutSecrets([accessToken.reveal(), refreshToken?.reveal() ?? ''])
}

/** Returns a secret as plain text and in its two encoded forms: that of an address and that of a form. */
function spellings(secret: string): string[] {
  const form = new URLSearchParams({ '': secret }).toString().slice(1)
  return form === secret ? [secret] : [secret, encodeURIComponent(secret), form]
}

function find(reading: Reading, length: number, pieces: ReadonlySet<string>, found: Span[]): void {
  const { text, starts, ends } = reading
  for (let at = 0; at + length <= text.length; at++) {
    if (!pieces.has(text.slice(at, at + length))) continue
    found.push({ start: starts[at] ?? at, end: ends[at + length - 1] ?? at + length })
  }
}

function replaced(text: string, hidden: Span[]): string {
  let shown = ''
  let last = 0
  for (const { start, end } of merged(hidden)) {
    shown += `${text.slice(last, start)}[secret]`
    last = end
  }
  return shown + text.slice(last)
}

/** In order, and as one where they overlap or touch. */
function merged(spans: readonly Span[]): Span[] {
  const all: { start: number; end: number }[] = []
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = all.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else all.push({ start, end })
  }
  return all
}

/** Replaces each escape with the character that it means; returns `null` if the text has no escape. */
function unescaped({ text, starts, ends }: Reading): Reading | null {
  const parts: string[] = []
  const from: number[] = []
  const to: number[] = []
  const keep = (start: number, end: number) => {
    parts.push(text.slice(start, end))
    for (let at = start; at < end; at++) {
      from.push(starts[at] ?? at)
      to.push(ends[at] ?? at + 1)
    }
  }
  let last = 0
  for (const match of text.matchAll(escaped)) {
    const end = match.index + match[0].length
    keep(last, match.index)
    const meant = characterOf(match)
    parts.push(meant)
    for (let unit = 0; unit < meant.length; unit++) {
      from.push(starts[match.index] ?? match.index)
      to.push(ends[end - 1] ?? end)
    }
    last = end
  }
  if (last === 0) return null
  keep(last, text.length)
  return { text: parts.join(''), starts: from, ends: to }
}

function characterOf([, json, plain, address, hex, decimal]: RegExpExecArray): string {
  if (plain !== undefined) return plain
  const code = decimal === undefined ? Number.parseInt(json ?? address ?? hex ?? '', 16) : Number(decimal)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
