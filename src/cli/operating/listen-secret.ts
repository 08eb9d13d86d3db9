// The secret by which `punctual listen` signs: made on the first run and kept beside the database, so that the application on
// this machine is set up once. It signs nothing else.

import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../output/cli-error.ts'
import { makeDataFolder } from '../settings/keys.ts'

export function listenSecret(data: string): string {
  const path = join(data, 'listen.secret')
  makeDataFolder(data)
  try {
    writeFileSync(path, `whsec_${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw new CliError(`The file ${path} cannot be written (${code}): make its folder writable.`)
  }
  const secret = readFileSync(path, 'utf8').trim()
  if (/^whsec_[A-Za-z0-9+/]{43}=$/.test(secret)) return secret
  throw new CliError(`The file ${path} does not hold a secret: remove it, and the next run makes one.`)
}
