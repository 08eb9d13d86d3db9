// Reads the `.env` file as any editor writes it: UTF-8 or UTF-16, with or without a byte order mark, with any line ends. A
// file that is read wrongly would silently give other settings than the person has written.

import { readFileSync, statSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { CliError } from '../output/cli-error.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/**
 * Returns the variables of the file; none when the file does not exist.
 *
 * @throws {CliError} exit code 2, for a file that cannot be read, or is not text. Nothing else is read: a pipe need never end.
 */
export function readEnvFile(path: string): Variables {
  let bytes: Buffer | null
  try {
    bytes = statSync(path).isFile() ? readFileSync(path) : null
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown fault'
    if (code === 'ENOENT') return {}
    throw new CliError(`The settings file ${path} cannot be read (${code}): make it readable, or remove it.`, 2)
  }
  if (bytes === null)
    throw new CliError(
      `The settings file ${path} is a folder, a pipe or a device, and must be a regular file: move it away.`,
      2,
    )
  const text = decode(bytes)
  if (text === null) throw new CliError(`The settings file ${path} is not UTF-8 text: save it as UTF-8.`, 2)
  // A byte order mark remains where files were joined.
  return parseEnv(text.replace(/\r\n?/g, '\n').replace(/^\ufeff/gm, ''))
}

export interface Sources {
  readonly path: string
  readonly file: Variables
  readonly environment: Variables
}

/**
 * Returns one sentence for each variable that is named like a setting but is not one. The environment is shared with other
 * programs: of what begins with a provider's name there, only what looks misspelt is meant.
 */
export function remarksOn({ path, file, environment }: Sources, settings: readonly string[]): string[] {
  const here = (place: string, variables: Variables, isMeant: (name: string, near: string | null) => boolean) =>
    Object.keys(variables)
      .filter((name) => !settings.includes(name) && !ofClients.includes(name))
      .sort()
      .flatMap((name) => {
        const isOurs = /^(PUNCTUAL|CALENDLY|CALCOM)_/i.test(name)
        // Of another name only one that differs by a letter is meant.
        const near = nearest(name.toUpperCase(), settings, isOurs ? 3 : 1)
        if (isOurs ? !isMeant(name, near) : near === null) return []
        const remedy = near === null ? 'correct it if it is meant for Punctual.' : `did you mean ${near}?`
        return `${place} sets ${name}, which is not a setting of Punctual: ${remedy}`
      })
  return [
    ...here(`The settings file ${path}`, file, () => true),
    ...here(
      'The environment',
      environment,
      (name, near) =>
        /^(PUNCTUAL|CALENDLY|CALCOM)_/.test(name) &&
        !isOfKubernetes(name) &&
        (near !== null || name.startsWith('PUNCTUAL_')),
    ),
  ]
}

/** What the guides call a client's own key of the service. */
const ofClients = ['PUNCTUAL_API_KEY']

/** Kubernetes sets them in every container for a service that is called punctual. */
export function isOfKubernetes(name: string): boolean {
  return /^PUNCTUAL_(SERVICE|PORT_\d)/.test(name)
}

/** Returns `null` for bytes that are not text. */
function decode(bytes: Buffer): string | null {
  const mark = bytes.subarray(0, 2).toString('hex')
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8'
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

/** Returns the word with the fewest changed letters, if they are at most that many. */
export function nearest(name: string, settings: readonly string[], most: number): string | null {
  const [best] = settings
    .filter((setting) => Math.abs(setting.length - name.length) <= most)
    .map((setting) => ({ setting, changes: distanceOf(name, setting) }))
    .filter(({ changes }) => changes <= most)
    .sort((a, b) => a.changes - b.changes)
  return best?.setting ?? null
}

/** Counts the letters to insert, delete or replace (Levenshtein distance). */
export function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
