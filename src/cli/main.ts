#!/usr/bin/env node
// The command line: which commands there are. A command is loaded when it is asked for, after its settings have been
// checked; one that fails ends with one sentence and no stack.

import { Command, InvalidArgumentError } from 'commander'
import { sentenceOf } from './sentence.ts'
import { readSettings, type Settings } from './settings.ts'
import { createTerminal } from './terminal.ts'

// Whoever reads may stop reading: `punctual try | head`.
process.stdout.on('error', () => {})
const terminal = createTerminal(process.stdout)
const program = new Command('punctual')
  .description('The connection layer for scheduling apps.')
  .showHelpAfterError('(punctual --help lists the commands)')

program
  .command('dev')
  .description('the page, the server and the sandbox on this machine')
  .action(async () => {
    const settings = settingsOf()
    const { dev } = await import('./commands/dev.ts')
    await dev(settings, terminal)
  })

program
  .command('sandbox')
  .description('Calendly and Cal.com in a box')
  .option('--port <port>', 'where it listens; 0 for any free port', parsePort, 4610)
  .option('--file <path>', 'keeps its state there between two runs')
  .option('--own-addresses', "answers with the providers' own addresses, for clients that cannot change theirs", false)
  .action(async (options: { port: number; file?: string; ownAddresses: boolean }) => {
    const { sandbox } = await import('./commands/sandbox.ts')
    await sandbox(options, terminal)
  })

program
  .command('try')
  .description('the whole journey of a connection, in this terminal')
  .action(async () => {
    const { tryOut } = await import('./commands/try.ts')
    await tryOut({ terminal, fetch: globalThis.fetch })
  })

program
  .command('migrate')
  .description('brings the database up to date, or carries everything to another one')
  .option('--from <database>', 'sqlite:path or postgres://…')
  .option('--to <database>', 'the same; without it the database of the settings')
  .action(async (options: { from?: string; to?: string }) => {
    const { migrate } = await import('./commands/migrate.ts')
    await migrate(options, settingsOf(), terminal, process.stdout)
  })

const events = program
  .command('events')
  .description('what is on its way to the host application, and what was given up')
  .option('--dead', 'only what was given up')
  .action(async (options: { dead?: boolean }) => {
    const { listEvents } = await import('./commands/events.ts')
    await listEvents(options, settingsOf(), terminal)
  })

events
  .command('replay')
  .description('hands what was given up over again')
  .argument('[id]', 'one event')
  .option('--all', 'every event that was given up')
  .action(async (id: string | undefined, options: { all?: boolean }) => {
    const { replayEvents } = await import('./commands/events.ts')
    await replayEvents({ id, all: options.all ?? false }, settingsOf(), terminal)
  })

try {
  await program.parseAsync()
} catch (error) {
  const { sentence, exitCode } = sentenceOf(error)
  process.stderr.write(`${sentence}\n`)
  process.exitCode = exitCode
}

function settingsOf(): Settings {
  const settings = readSettings()
  for (const remark of settings.remarks) process.stderr.write(`${remark}\n`)
  return settings
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new InvalidArgumentError('Give a port from 1 to 65535, or 0 for any free one.')
}
