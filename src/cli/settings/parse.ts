// What the text of a setting may be. A parser returns the value, or throws the sentence that the person reads: it begins with
// the name of the setting and says what to do. No value that may be a secret is repeated.

import { isLoopback } from '../../core/loopback.ts'
import { createKeyring } from '../../vault/keyring.ts'
import { CliError } from '../output/cli-error.ts'
import { isPostgres } from './database.ts'
import { isSqlite } from './escrow.ts'

/** @throws {CliError} exit code 2. */
export type Parse<Value> = (text: string, name: string) => Value

/** Returns the error for a setting: its name, and the rest of the sentence without the full stop. */
export function wrong(name: string, sentence: string): CliError {
  return new CliError(`${name} ${sentence}.`, 2)
}

export const port: Parse<number> = (text, name) => {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (number <= 65_535) return number
  // Kubernetes sets this for a service of that name, beside {NAME}_SERVICE_HOST.
  const remedy = text.startsWith('tcp://') ? ' (in Kubernetes: set enableServiceLinks to false)' : ''
  throw wrong(name, `is ${JSON.stringify(text)}: give a port from 1 to 65535, or 0 for any free port${remedy}`)
}

export function whole(least: number, most: number): Parse<number> {
  return (text, name) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (number >= least && number <= most) return number
    throw wrong(name, `is ${JSON.stringify(text)}: give a whole number from ${least} to ${most}`)
  }
}

export function oneOf<const Words extends readonly string[]>(...words: Words): Parse<Words[number]> {
  return (text, name) => {
    if (words.includes(text)) return text
    throw wrong(name, `is ${JSON.stringify(text)}: give ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`)
  }
}

export const text: Parse<string> = (value) => value

/** Values with a comma between them. */
export function list<Value>(parse: Parse<Value>): Parse<readonly Value[]> {
  return (text, name) => {
    const values = text.split(',').map((one) => one.trim())
    if (values.includes('')) throw wrong(name, 'has an empty part: separate two values by one comma')
    return Object.freeze(values.map((one) => parse(one, name)))
  }
}

/** Scopes with spaces or commas between them, in the provider's own words. */
export const scopes: Parse<readonly string[]> = (text, name) => {
  const found = [...new Set(text.split(/[\s,]+/).filter(Boolean))]
  const odd = found.find((scope) => !/^[\w:.-]+$/.test(scope))
  if (odd === undefined && found.length > 0) return Object.freeze(found)
  throw wrong(name, 'must be names of scopes with a space between them, as the provider writes them')
}

/** The address below which something is served: https, or http on loopback. A slash at its end is removed. */
export const baseAddress: Parse<string> = (text, name) => {
  const url = httpAddress(text, name)
  if (url.search || url.hash || url.username || url.password)
    throw wrong(name, 'must be an address without a user name, a query or a fragment')
  if (url.protocol !== 'https:' && !isLoopback(url))
    throw wrong(name, 'must begin with https://. Plain http is for localhost, 127.0.0.1 and [::1] alone')
  return url.href.replace(/\/+$/, '')
}

/** A whole address of a page. */
export const pageAddress: Parse<string> = (text, name) => httpAddress(text, name).href

export const colour: Parse<string> = (text, name) => {
  if (/^#[0-9a-f]{6}$/i.test(text)) return text.toLowerCase()
  throw wrong(name, `is ${JSON.stringify(text)}: give a colour such as #1a73e8`)
}

export const metricsKey: Parse<string> = (text, name) => {
  if (/^[\x21-\x7e]{16,200}$/.test(text)) return text
  throw wrong(name, 'must have 16 to 200 visible ASCII characters. Make one with: openssl rand -hex 24')
}

export const keys: Parse<readonly string[]> = (text, name) => {
  const found = text.split(',').map((key) => key.trim())
  try {
    createKeyring(found)
  } catch (error) {
    throw wrong(name, `is wrong, ${(error as Error).message.replace(/^createPunctual: |\.$/g, '')}`)
  }
  return Object.freeze(found)
}

/** A program and its arguments, which run without a shell: with spaces between them, and quotes around what holds one. */
export const command: Parse<readonly string[]> = (text, name) => {
  const words: string[] = []
  const part = /(\s+)|'([^']*)'|"([^"`$\\]*)"|([^\s'"|&;<>()`$\\]+)/y
  let isOpen = false
  while (part.lastIndex < text.length) {
    const [, space, single, double, bare] = part.exec(text) ?? []
    const found = single ?? double ?? bare
    if (space === undefined && found === undefined)
      throw wrong(
        name,
        'is a program and its arguments, and runs without a shell: put what needs one into a script, and name that',
      )
    if (found !== undefined) words.push(isOpen ? `${words.pop()}${found}` : found)
    isOpen = found !== undefined
  }
  if (words[0]?.trim() === '') throw wrong(name, 'must begin with a program')
  return Object.freeze(words)
}

export const database: Parse<string> = (text, name) => {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(text) || isPostgres(text)) return text
  throw wrong(name, 'must be the path of a SQLite file, such as .punctual/punctual.db, or postgres://…')
}

export const escrow: Parse<string> = (text, name) => {
  const isFile = isSqlite(text) && /^sqlite:(?!\/\/|:memory:$)./i.test(text)
  if (isFile || isPostgres(text) || !/^[a-z][a-z0-9+.-]+:/i.test(text)) return text
  throw wrong(
    name,
    'must be the path of a folder, such as /mnt/escrow, sqlite: and the path of a file, such as sqlite:/mnt/escrow/escrow.db, or postgres://… of another database',
  )
}

function httpAddress(text: string, name: string): URL {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol)) return url
  throw wrong(name, 'is not an address: give one such as https://app.example.com or http://localhost:4600')
}
