// The commands of the command line. A command is loaded when it is called, after its settings have been checked. One that
// fails ends with one sentence and no stack.

import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { CreateCommand } from './commands/api-keys.ts'
import type { DoctorCommand } from './commands/doctor.ts'
import { tooOldSentence } from './node-version.ts'
import { endingOf } from './output/cli-error.ts'
import { settingsHelp } from './output/settings-help.ts'
import { createTerminal, type Terminal } from './output/terminal.ts'
import { namingTheSetting } from './settings/option-errors.ts'
import { readSettings, type Settings } from './settings/settings.ts'

/** Runs the command that the arguments of this process name. */
export async function runProgram(): Promise<void> {
  // The reader may stop reading: `punctual try | head`.
  process.stdout.on('error', () => {})
  const terminal = createTerminal(process.stdout)
  const program = new Command('punctual')
    .description('The connection layer for scheduling apps.')
    .version(ownVersion(), '--version', 'print the version')
    .showHelpAfterError('(punctual --help lists the commands)')
    // Otherwise it would end the process itself, with 1 for wrong arguments.
    .exitOverride()
  addServerCommands(program, terminal)
  addDatabaseCommands(program, terminal)
  addApiKeyCommands(program, terminal)
  addDoctorCommand(program, terminal)
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) {
      // What is wrong has been printed, or the help that was asked for.
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    const { sentence, exitCode } = endingOf(namingTheSetting(error))
    process.stderr.write(`${sentence}\n`)
    process.exitCode = exitCode
  }
}

function addServerCommands(program: Command, terminal: Terminal): void {
  program
    .command('serve')
    .description('start the service: the HTTP API, the connect page and the webhooks')
    .addHelpText('after', () => settingsHelp('every command', 'serve and dev', 'serve'))
    .action(async () => {
      const settings = settingsWithRemarks()
      const { serve } = await import('./commands/serve.ts')
      await serve(settings, terminal)
    })

  program
    .command('dev')
    .description('start the page, the server and the sandbox on this machine')
    .addHelpText('after', () => settingsHelp('every command', 'serve and dev', 'dev'))
    .action(async () => {
      const settings = settingsWithRemarks()
      const { dev } = await import('./commands/dev.ts')
      await dev(settings, terminal)
    })

  program
    .command('sandbox')
    .description('start the sandbox: a stand-in for Calendly and Cal.com')
    .option('--port <port>', 'port to listen on; 0 for any free port', parsePort, 4610)
    .option('--file <path>', 'file that keeps the state between two runs')
    .option(
      '--own-addresses',
      "respond with the providers' own addresses, for clients that cannot change theirs",
      false,
    )
    .action(async (options: { port: number; file?: string; ownAddresses: boolean }) => {
      const { sandbox } = await import('./commands/sandbox.ts')
      await sandbox(options, terminal)
    })

  program
    .command('try')
    .description('run through the life of a connection in this terminal')
    .action(async () => {
      const { tryOut } = await import('./commands/try.ts')
      await tryOut({ terminal, fetch: globalThis.fetch })
    })
}

function addDatabaseCommands(program: Command, terminal: Terminal): void {
  program
    .command('migrate')
    .description('update the schema of the database, or copy everything to another database')
    .addHelpText('after', () => settingsHelp('every command'))
    .option('--from <database>', 'sqlite:path or postgres://…')
    .option('--to <database>', 'the same; without it, the database of the settings is updated')
    .action(async (options: { from?: string; to?: string }) => {
      const { migrate } = await import('./commands/migrate.ts')
      await migrate(options, settingsWithRemarks(), terminal, process.stdout)
    })

  const events = program
    .command('events')
    .description('list the events that are not acknowledged yet, and those that were given up')
    .addHelpText('afterAll', () => settingsHelp('every command'))
    .option('--dead', 'only those that were given up')
    .action(async (options: { dead?: boolean }) => {
      const { listEvents } = await import('./commands/events.ts')
      await listEvents(options, settingsWithRemarks(), terminal)
    })

  events
    .command('replay')
    .description('dispatch events again that were given up')
    .argument('[id]', 'one event')
    .option('--all', 'every event that was given up')
    .action(async (id: string | undefined, options: { all?: boolean }) => {
      const { replayEvents } = await import('./commands/events.ts')
      await replayEvents({ id, all: options.all ?? false }, settingsWithRemarks(), terminal)
    })
}

function addApiKeyCommands(program: Command, terminal: Terminal): void {
  const keys = program
    .command('api-keys')
    .description('make, list, replace and revoke the keys of the HTTP API')
    .addHelpText('afterAll', () => settingsHelp('every command'))
  const json = ['--json', 'print JSON, for a program'] as const

  keys
    .command('create')
    .description('make a key, which is shown once')
    .option('--name <name>', 'what it is for')
    .option('--scope <scope...>', 'what it may do: admin, connections:read, bookings:write, …')
    .option('--owner <owner>', 'the only owner whose connections it may use')
    .option('--expires-in <time>', 'for how long it works, such as 90d; without it, until it is revoked')
    .option(...json)
    .action(async (options: CreateCommand) => {
      const { createKey } = await import('./commands/api-keys.ts')
      await createKey(options, settingsWithRemarks(), terminal)
    })

  keys
    .command('list')
    .description('list the keys, without their secrets')
    .option(...json)
    .action(async (options: { json?: boolean }) => {
      const { listKeys } = await import('./commands/api-keys.ts')
      await listKeys(options, settingsWithRemarks(), terminal)
    })

  keys
    .command('rotate')
    .description('make a new secret for a key, which is shown once')
    .argument('<id>', 'the id of the key')
    .option('--grace <time>', 'for how long the secret before it works, such as 12h (default: 24h)')
    .option(...json)
    .action(async (id: string, options: { grace?: string; json?: boolean }) => {
      const { rotateKey } = await import('./commands/api-keys.ts')
      await rotateKey(id, options, settingsWithRemarks(), terminal)
    })

  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<id>', 'the id of the key')
    .option(...json)
    .action(async (id: string, options: { json?: boolean }) => {
      const { revokeKey } = await import('./commands/api-keys.ts')
      await revokeKey(id, options, settingsWithRemarks(), terminal)
    })
}

function addDoctorCommand(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('check the settings and what they name: database, keys, providers, callback, events')
    .option('--json', 'print JSON, for a program')
    .option(
      '--explain <text>',
      'say what a callback address, an error body or a line of the log means; - reads it from stdin',
    )
    // Wrong arguments end with 2: 1 says that something is wrong with the installation.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (options: DoctorCommand) => {
      const { doctor } = await import('./commands/doctor.ts')
      const { node: version } = process.versions
      await doctor(options, { version, tooOld: tooOldSentence(version) }, terminal)
    })
}

function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function settingsWithRemarks(): Settings {
  const settings = readSettings()
  for (const remark of settings.remarks) process.stderr.write(`${remark}\n`)
  return settings
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new InvalidArgumentError('Give a port from 1 to 65535, or 0 for any free port.')
}
