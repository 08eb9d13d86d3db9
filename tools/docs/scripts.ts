// Runs the shell and Python of the documents: the blocks "sh run" and "python run" of one document, in their order, in one empty
// folder. A block "sh background" is started first and runs until the document ends: a server. In the documents the servers
// have the ports 4600 and 4610, the application has 4620; here they get free ones. `npx punctual` is the command of this repository, xdg-open a browser
// without a screen that connects an account, and PUNCTUAL_API_KEY the key that a server has printed. The Postgres of the documents
// is a real one, started for the document that names it.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type PostgresServer, startPostgres } from '../../test/postgres/server.ts'
import { execute, freePort } from '../execute.ts'

export interface Script {
  readonly document: string
  readonly line: number
  readonly code: string
  readonly language: 'sh' | 'python'
  readonly way: 'run' | 'background'
}

// A page of commands starts a dozen processes, on a machine that may be busy with other checks.
const timeoutMs = 120_000
const postgresOfDocuments = 'postgres://punctual:password@db.example.com:5432/app'

/** One sentence for each document whose scripts fail. `preloads`: what a command imports first. `remark` gets a sentence about what could not be run here. */
export async function runScripts(
  root: string,
  scripts: readonly Script[],
  preloads: readonly string[],
  remark: (sentence: string) => void,
): Promise<string[]> {
  const violations: string[] = []
  for (const [document, all] of Map.groupBy(scripts, ({ document }) => document)) {
    const failure = await runDocument(root, all, preloads, (what) => remark(`${document}: ${what}`))
    if (failure) violations.push(`${document}:${failure}`)
  }
  return violations
}

async function runDocument(
  root: string,
  scripts: readonly Script[],
  preloads: readonly string[],
  remark: (sentence: string) => void,
): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-docs-'))
  const background: ChildProcess[] = []
  let postgres: PostgresServer | null = null
  try {
    if (scripts.some(({ code }) => code.includes(postgresOfDocuments))) postgres = await startPostgres()
    const database = postgres?.url ?? postgresOfDocuments
    const ports = new Map([
      ['4600', await freePort()],
      ['4610', await freePort()],
      ['4620', await freePort()],
    ])
    const env: NodeJS.ProcessEnv = {
      PATH: [commandsIn(root, folder, preloads), process.env.PATH].join(delimiter),
      BROWSER: `${join(folder, 'commands/xdg-open')} %s &`,
      PUNCTUAL_PORT: ports.get('4600'),
      PUNCTUAL_SANDBOX_PORT: ports.get('4610'),
    }
    const codeOf = ({ code }: Script) =>
      code.replace(/\b46[012]0\b/g, (port) => ports.get(port) ?? port).replaceAll(postgresOfDocuments, database)
    const work = join(folder, 'work')
    mkdirSync(work)
    for (const script of scripts.filter(({ way }) => way === 'background')) {
      const { child, failure, key } = await start(codeOf(script), work, env)
      background.push(child)
      if (failure !== null) return `${script.line} does not start: ${failure}`
      if (key) env.PUNCTUAL_API_KEY = key
    }
    for (const [language, all] of Map.groupBy(
      scripts.filter(({ way }) => way === 'run'),
      ({ language }) => language,
    )) {
      const failure = await run(language, all, codeOf, work, env)
      if (failure === 'absent') remark(`${language === 'python' ? 'python3' : 'bash'} is not on this machine: not run`)
      else if (failure) return failure
    }
    return null
  } finally {
    for (const child of background) await end(child)
    await postgres?.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The shell blocks are one program, as in one terminal; so are those in Python. */
async function run(
  language: Script['language'],
  scripts: readonly Script[],
  codeOf: (script: Script) => string,
  work: string,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  const file = join(work, language === 'python' ? 'journey.py' : 'journey.sh')
  writeFileSync(file, scripts.map(codeOf).join('\n'))
  // A program that waits for a person gets an empty line whenever it asks.
  const [command, options] = language === 'python' ? ['-c', ['yes "" | python3 "$0"']] : ['-euo', ['pipefail']]
  const { status, output } = await execute('bash', [command, ...options, file], work, timeoutMs, env)
  if (status === 'ENOENT' || status === 127) return 'absent'
  return status === 0 ? null : `${scripts[0]?.line} does not run (${language}): ${output.trim() || status}`
}

/** Starts a server, and waits until it has printed an address at the beginning of a line. */
async function start(
  code: string,
  work: string,
  env: NodeJS.ProcessEnv,
): Promise<{ child: ChildProcess; failure: string | null; key: string | undefined }> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', code], {
    cwd: work,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the server below the shell ends too.
    detached: true,
    timeout: 2 * timeoutMs,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ended = once(child, 'close').then(() => true)
  // What a server prints at its start comes as a whole: the key is in the same write as the address, or soon after.
  const isUp = () => /^https?:\/\/[\s\S]*\n.*Ctrl\+C/m.test(output)
  while (!isUp()) {
    if (await Promise.race([ended, once(child.stdout, 'data').then(() => false)]))
      return { child, failure: output, key: undefined }
  }
  return { child, failure: null, key: /\bpk_[\w-]+/.exec(output)?.[0] }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const closed = once(child, 'close')
  process.kill(-child.pid, 'SIGTERM')
  await closed
}

/** A folder with the commands that the documents use. */
function commandsIn(root: string, folder: string, preloads: readonly string[]): string {
  const commands = join(folder, 'commands')
  mkdirSync(commands)
  const command = (name: string, line: string) => {
    writeFileSync(join(commands, name), `#!/bin/sh\n${line}\n`)
    chmodSync(join(commands, name), 0o755)
  }
  const options = preloads.map((path) => `--import="${join(root, path)}"`).join(' ')
  command('npx', `shift; exec "${process.execPath}" ${options} "${join(root, 'src/cli/main.ts')}" "$@"`)
  command('node', `exec "${process.execPath}" "$@"`)
  command('xdg-open', `exec "${process.execPath}" "${join(root, 'tools/docs/connect-in-browser.ts')}" "$1"`)
  return commands
}
