// Starts a command of the CLI as its user does: in an empty folder, with only these settings. One that ends by itself runs in a
// process that has run others before; one that stays has a process of its own.

import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { preloads } from '../support/preloads.ts'
import type { CommandRequest, CommandResponse } from './command-host.ts'

/** Milliseconds that a process may live. */
const lifetimeMs = 120_000
const main = join(import.meta.dirname, '../../src/cli/main.ts')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  /** The first address that was printed. */
  readonly page: string
  /** The sandbox's address, without a slash at the end. It is empty if no sandbox runs. */
  readonly sandbox: string
  output(): string
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended & { readonly took: number }>
}

/** Creates a new folder. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'punctual-'))
}

/** Runs a command to its end. Fails if it left something open, since then its process would not end. */
export async function run(
  command: readonly string[],
  settings: Record<string, string> = {},
  folder: string = emptyFolder(),
): Promise<Ended> {
  const environment = { ...fromTheMachine(), ...settings }
  const { code, stdout, stderr, leftOpen } = await askHost({ words: command, environment, folder })
  if (leftOpen.length > 0) throw new Error(`${command.join(' ')} left open: ${leftOpen.join(', ')}. ${stderr}`)
  return { code, stdout, stderr }
}

/** The same in a process of its own. */
export function runAlone(
  command: readonly string[],
  settings: Record<string, string> = {},
  folder: string = emptyFolder(),
): Promise<Ended> {
  return watched(launch(command, settings, folder)).ended
}

let host: ChildProcess | null = null
let requests = 0
const waiting = new Map<number, PromiseWithResolvers<CommandResponse>>()

function askHost(request: Omit<CommandRequest, 'id'>): Promise<CommandResponse> {
  host ??= startHostProcess()
  const id = ++requests
  host.channel?.ref()
  host.send({ ...request, id })
  const response = Promise.withResolvers<CommandResponse>()
  waiting.set(id, response)
  return response.promise
}

function startHostProcess(): ChildProcess {
  const child = fork(join(import.meta.dirname, 'command-host.ts'), {
    execArgv: [...preloads],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', (response: CommandResponse) => {
    waiting.get(response.id)?.resolve(response)
    waiting.delete(response.id)
    if (waiting.size === 0) child.channel?.unref()
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`The command ended its process: ${code ?? signal}`))
    waiting.clear()
    host = null
  })
  child.unref()
  return child
}

after(async () => {
  if (host === null) return
  host.ref()
  host.disconnect()
  await once(host, 'close')
})

/** Starts `punctual dev` on free ports, with everything it keeps below `folder`. */
export async function startDev(folder: string, settings: Record<string, string> = {}): Promise<Started> {
  const child = launch(['dev'], { PUNCTUAL_PORT: '0', PUNCTUAL_DATA: join(folder, 'data'), ...settings }, folder)
  const { ended, printed } = watched(child)
  await Promise.race([
    waitFor(child, () => /^Everything is kept/m.test(printed.stdout)),
    ended.then(({ code, stderr }) => Promise.reject(new Error(`dev ended with ${code}: ${stderr}`))),
  ])
  const [page = ''] = /https?:\/\/\S+/.exec(printed.stdout) ?? []
  const [, sandbox = ''] = /^(\S+)\/ {2}the sandbox/m.exec(printed.stdout) ?? []
  return {
    page,
    sandbox,
    output: () => printed.stdout + printed.stderr,
    async stop(signal = 'SIGTERM') {
      const before = performance.now()
      child.kill(signal)
      return { ...(await ended), took: performance.now() - before }
    },
  }
}

export interface StartedService {
  /** The first address that was printed, without a slash at the end. */
  readonly url: string
  /** The API key that was printed; `null`: none was. */
  readonly key: string | null
  readonly pid: number
  output(): string
  /** Resolves as soon as the standard output has such a text. */
  until(text: RegExp): Promise<void>
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

/** Starts `punctual serve`, on a free port unless one is set, with everything it keeps below `folder`. */
export async function startServe(
  folder: string,
  settings: Record<string, string> = {},
  mayLiveMs: number = lifetimeMs,
): Promise<StartedService> {
  const all = { PUNCTUAL_PORT: '0', PUNCTUAL_DATA: join(folder, 'data'), ...settings }
  const child = launch(['serve'], all, folder, mayLiveMs)
  const { ended, printed } = watched(child)
  await Promise.race([
    waitFor(child, () => /Ctrl\+C/.test(printed.stdout)),
    ended.then(({ code, stderr }) => Promise.reject(new Error(`serve ended with ${code}: ${stderr}`))),
  ])
  return {
    url: /https?:\/\/\S+(?=\/ )/.exec(printed.stdout)?.[0] ?? '',
    key: /\bpk_[\w-]+/.exec(printed.stdout)?.[0] ?? null,
    pid: child.pid ?? 0,
    output: () => printed.stdout + printed.stderr,
    until: (text) => waitFor(child, () => text.test(printed.stdout)),
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

export interface StartedCommand {
  output(): string
  /** Resolves with the first match in the standard output, as soon as there is one. */
  until(text: RegExp): Promise<RegExpExecArray>
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<Ended>
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

/** Starts a command that runs until it is stopped, or until something happens. */
export function startCommand(
  command: readonly string[],
  settings: Record<string, string> = {},
  folder: string = emptyFolder(),
): StartedCommand {
  const child = launch(command, settings, folder)
  const { ended, printed } = watched(child)
  return {
    output: () => printed.stdout + printed.stderr,
    ended,
    async until(text) {
      const over = ended.then(({ code }) => {
        if (!text.test(printed.stdout)) throw new Error(`ended with ${code}: ${printed.stderr}`)
      })
      await Promise.race([waitFor(child, () => text.test(printed.stdout)), over])
      return text.exec(printed.stdout) as RegExpExecArray
    },
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

function launch(
  command: readonly string[],
  settings: Record<string, string>,
  folder: string,
  mayLiveMs: number = lifetimeMs,
): ChildProcess {
  return spawn(process.execPath, [...preloads, main, ...command], {
    cwd: folder,
    env: { ...fromTheMachine(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Without this a failing test could leave a process that keeps the test file from ending.
    timeout: mayLiveMs,
    killSignal: 'SIGKILL',
  })
}

/**
 * Variables of the machine: where programs, files and what Node has compiled before are, and the time, which
 * `npm run test:days` sets.
 */
function fromTheMachine(): NodeJS.ProcessEnv {
  const names = /^(PATH|HOME|TZ|NODE_COMPILE_CACHE|LD_PRELOAD|FAKETIME\w*)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name)))
}

function watched(child: ChildProcess) {
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text
    })
  }
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...printed }))
  return { ended, printed }
}

/** Resolves as soon as the printed text meets the condition. */
async function waitFor(child: ChildProcess, met: () => boolean): Promise<void> {
  while (!met()) await once(child.stdout ?? child, 'data')
}
