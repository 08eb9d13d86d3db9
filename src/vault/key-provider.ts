// Where keys come from that are not given as texts: a command, a file, or a function of the host application. So a key can be
// kept wrapped by a key management service, and be unwrapped as a process starts. No key reaches an error.

import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { causeOf, wordsOf } from '../core/foreign-error.ts'
import { longestKeysBytes, problemWithKeyFile } from '../core/key-file.ts'
import { withoutSecrets } from '../core/redaction.ts'
import { within } from '../core/timeouts.ts'
import { createKeyring } from './keyring.ts'

/**
 * Returns the keys, or says where they are. `command`: a program and its arguments, run without a shell; it prints the keys, one
 * a line. `file`: the same lines. Each is 32 bytes in base64url, and in `command` and `file` also in base64.
 */
export type KeyProvider =
  | (() => readonly string[] | Promise<readonly string[]>)
  | { readonly command: readonly string[] }
  | { readonly file: string }

/** How long a provider may take. */
export const keysWithinMs = 10_000
const longestReport = 300

/**
 * Fetches the keys once.
 *
 * @throws {PunctualError} `store_unavailable`, reason `keys_unavailable`, with what went wrong and without any key.
 */
export async function fetchKeys(
  provider: KeyProvider,
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  withinMs: number = keysWithinMs,
): Promise<readonly string[]> {
  const name = nameOf(provider)
  const keys = await within(clock, withinMs, keysOf(provider, withinMs))
  if (keys === null) throw unavailable(`${name} did not return the keys within ${withinMs / 1000} seconds`)
  try {
    createKeyring(keys)
    return keys
  } catch (error) {
    const { message } = error as Error
    throw unavailable(`${name} returned no usable keys: ${message.replace(/^createPunctual: |\.$/g, '')}`)
  }
}

function nameOf(provider: KeyProvider): string {
  if (typeof provider === 'function') return 'The function "keyProvider"'
  return 'file' in provider ? `The key file ${provider.file}` : `The key command ${provider.command[0]}`
}

function keysOf(provider: KeyProvider, withinMs: number): Promise<readonly string[]> {
  if (typeof provider === 'function') return ofFunction(provider)
  return 'file' in provider ? ofFile(provider.file) : ofCommand(provider.command, withinMs)
}

async function ofFunction(provider: Extract<KeyProvider, () => unknown>): Promise<readonly string[]> {
  try {
    return await provider()
  } catch (error) {
    // Its message may hold a key.
    const { name, code } = wordsOf(error)
    throw unavailable(`The function "keyProvider" failed (${code ?? name ?? 'it threw no error'})`, error)
  }
}

async function ofFile(path: string): Promise<readonly string[]> {
  const { readFile, stat } = await import('node:fs/promises')
  try {
    const problem = problemWithKeyFile(await stat(path))
    if (problem !== null) throw unavailable(`The key file ${path} ${problem}`)
    return linesOf(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof PunctualError) throw error
    throw unavailable(`The key file ${path} cannot be read (${wordsOf(error).code ?? 'unknown fault'})`, error)
  }
}

async function ofCommand([program = '', ...words]: readonly string[], withinMs: number): Promise<readonly string[]> {
  const { execFile } = await import('node:child_process')
  return new Promise((resolve, reject) => {
    const how = { timeout: withinMs, killSignal: 'SIGKILL', maxBuffer: longestKeysBytes, windowsHide: true } as const
    const child = execFile(program, words, how, (error, stdout, stderr) => {
      if (error === null) return resolve(linesOf(stdout))
      const said = reportOf(stderr, stdout)
      const what = `The key command ${program} ${endOf(error, withinMs)}`
      reject(unavailable(said === '' ? what : `${what}. It said: ${said}`, error))
    })
    // A command that asks for something gets no answer, and fails at once.
    child.stdin?.end()
  })
}

function endOf(error: Error, withinMs: number): string {
  const { code, signal, killed } = error as { code?: unknown; signal?: unknown; killed?: unknown }
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `printed more than ${longestKeysBytes / 1024} KiB`
  if (killed === true) return `was stopped after ${withinMs / 1000} seconds`
  if (typeof signal === 'string') return `was ended by ${signal}`
  return typeof code === 'number' ? `ended with the exit code ${code}` : `cannot be run (${String(code)})`
}

/** What a command has written to stderr, on one line, without what may be a key. */
function reportOf(stderr: string, stdout: string): string {
  const hidden = withoutSecrets(linesOf(stdout))(stderr).replace(/[\w+/=-]{24,}/g, '[hidden]')
  const line = hidden.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > longestReport ? `${line.slice(0, longestReport)}…` : line
}

/** The lines with something on them, in base64url. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '').map((line) => line.replaceAll('+', '-').replaceAll('/', '_'))
}

function unavailable(what: string, cause?: unknown): PunctualError {
  const rest = 'Nothing stored can be opened before the keys are there. It is tried again at the next use.'
  return new PunctualError('store_unavailable', `${what}. ${rest}`, {
    reason: 'keys_unavailable',
    retryable: true,
    ...(cause === undefined ? {} : { cause: causeOf(cause) }),
  })
}
