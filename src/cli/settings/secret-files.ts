// The files of this machine that hold secrets: who may read them. As with OpenSSH, only a file of this user counts as wrong:
// one that is mounted by somebody else has the mode that they give it.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { isPostgres } from './database.ts'
import type { Variables } from './env-file.ts'
import type { Settings } from './settings.ts'

export interface OpenFile {
  /** A sentence that names the file. */
  readonly message: string
  /** What to do, as a sentence. */
  readonly fix: string
  /** Whether it belongs to the user of this process. */
  readonly isOwn: boolean
}

/** Returns what to say of a file that others than its owner may read; `null`: nothing, or it does not exist. */
export function openToOthers(what: string, path: string): OpenFile | null {
  // Windows has no such modes: each file looks open there.
  const found = process.platform === 'win32' ? undefined : statSync(path, { throwIfNoEntry: false })
  if (found === undefined || (found.mode & 0o077) === 0) return null
  const isOwn = found.uid === process.getuid?.()
  const fix = isOwn
    ? `Run chmod 600 ${path}.`
    : `Let its owner run chmod 600 ${path}, or mount it with the mode 0400 and this user as its owner.`
  return { message: `Others may read the ${what} ${path}.`, fix, isOwn }
}

/** Those that hold keys. */
export function openKeyFiles({
  keys,
  keyProvider,
  data,
}: Pick<Settings, 'keys' | 'keyProvider' | 'data'>): readonly OpenFile[] {
  if (keyProvider !== null && 'file' in keyProvider) return found(openToOthers('key file', keyProvider.file))
  return keys === null && keyProvider === null ? found(openToOthers('key file', join(data, 'key'))) : []
}

/** The settings file, if it holds a secret, and the secret of `punctual listen`. */
export function otherOpenFiles(
  { data }: Pick<Settings, 'data'>,
  { path, file }: { readonly path: string; readonly file: Variables },
): readonly OpenFile[] {
  return [
    ...(Object.entries(file).some(isSecret) ? found(openToOthers('settings file', path)) : []),
    ...found(openToOthers('secret of punctual listen', join(data, 'listen.secret'))),
  ]
}

function isSecret([name, text = '']: readonly [string, string | undefined]): boolean {
  if (text.trim() === '') return false
  if (name === 'PUNCTUAL_DATABASE') return isPostgres(text) && (URL.parse(text)?.password ?? '') !== ''
  return /^(PUNCTUAL|CALENDLY|CALCOM)_.*(SECRETS?|KEYS?)$/.test(name)
}

function found(file: OpenFile | null): readonly OpenFile[] {
  return file === null ? [] : [file]
}
