// The checks that every definition and every client's options go through. Each failure is one sentence that names the
// option; none repeats a value, which may be a secret.

import { invalidArgument, type PunctualError } from '../../core/errors.ts'
import { isSafeAddress } from '../../core/loopback.ts'

/** What may be said of a wrong option: `calendly({ scopes })`: must be …. */
export function wrong(maker: string, option: string, sentence: string): PunctualError {
  return invalidArgument(`\`${maker}({ ${option} })\`: ${sentence}.`)
}

/** Refuses anything but an object with these names. @throws {PunctualError} `invalid_argument` */
export function assertNames(maker: string, options: unknown, known: readonly string[], within = ''): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw within
      ? wrong(maker, within, 'must be an object')
      : invalidArgument(`\`${maker}\` takes one object of options.`)
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw wrong(
      maker,
      within ? `${within}: { ${name} }` : name,
      `there is no such option; it takes ${known.join(', ')}`,
    )
  }
}

/** A text without white space around it or control characters in it. @throws {PunctualError} `invalid_argument` */
export function checkText(maker: string, option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw wrong(maker, option, 'must be a text that is not empty')
  if (value !== value.trim()) throw wrong(maker, option, 'has white space around it: remove it')
  if (/\p{Cc}/u.test(value)) throw wrong(maker, option, 'has a line break or another control character in it')
  return value
}

/** A name that can stand in an address as it is. @throws {PunctualError} `invalid_argument` */
export function checkName(maker: string, option: string, value: unknown): string {
  if (typeof value === 'string' && /^[a-z0-9][a-z0-9_-]*$/.test(value)) return value
  throw wrong(maker, option, 'must be small letters, digits, "_" and "-", and begin with a letter or a digit')
}

/** An https address, or http on loopback, without credentials or fragment. @throws {PunctualError} `invalid_argument` */
export function checkAddress(maker: string, option: string, value: unknown): URL {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (!url) throw wrong(maker, option, 'must be a whole address, such as https://auth.example.com')
  if (!isSafeAddress(url)) throw wrong(maker, option, 'must be https; plain http is for localhost, 127.0.0.1 and [::1]')
  if (url.username || url.password) throw wrong(maker, option, 'must not have a user name or a password in it')
  if (url.href.includes('#')) throw wrong(maker, option, 'must not have a fragment')
  return url
}

/** An address that paths are added to: its own path is kept, slashes at its end are not. @throws {PunctualError} `invalid_argument` */
export function checkBase(maker: string, option: string, value: unknown): string {
  const url = checkAddress(maker, option, value)
  if (url.href.includes('?')) throw wrong(maker, option, 'must not have a query')
  return url.href.replace(/\/+$/, '')
}

/** The hosts to talk to: the defaults, unless others are given. @throws {PunctualError} `invalid_argument` */
export function checkHosts<Name extends string>(
  maker: string,
  hosts: unknown,
  defaults: Readonly<Record<Name, string>>,
): Record<Name, string> {
  const names = Object.keys(defaults) as Name[]
  const given = hosts ?? {}
  assertNames(maker, given, names, 'hosts')
  const chosen = names.map((name) => {
    const value = (given as Partial<Record<Name, unknown>>)[name] ?? defaults[name]
    return [name, checkBase(maker, `hosts: { ${name} }`, value)]
  })
  return Object.fromEntries(chosen)
}

/** Scopes as RFC 6749 spells them, each once. @throws {PunctualError} `invalid_argument` */
export function checkScopes(maker: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw wrong(maker, 'scopes', 'must be a list of scopes')
  for (const scope of value) {
    if (typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) continue
    throw wrong(maker, 'scopes', 'must be a list of texts without white space, one scope each')
  }
  return Object.freeze([...new Set<string>(value)])
}

/** @throws {PunctualError} `invalid_argument` */
export function checkNumber(maker: string, option: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value
  throw wrong(maker, option, 'must be a number above zero')
}

/** @throws {PunctualError} `invalid_argument` */
export function checkFlag(maker: string, option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw wrong(maker, option, 'must be true or false')
}
