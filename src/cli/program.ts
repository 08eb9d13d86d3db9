// The commands of the command line. A command is loaded when it is called, after its settings have been checked. One that
// fails ends with one sentence and no stack: 0, it did what was asked; 1, it could not; 2, an argument or a setting is wrong.

import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { tooOldSentence } from './node-version.ts'
import { endingOf } from './output/cli-error.ts'
import { shownText } from './output/shown-text.ts'
import { createTerminal } from './output/terminal.ts'
import { addConnectionCommands, addWebhookCommands } from './program/connections.ts'
import { createContext } from './program/context.ts'
import { addEscrowCommands } from './program/escrow.ts'
import { addEventCommands } from './program/events.ts'
import { addApiKeyCommands, addKeyCommands } from './program/keys.ts'
import { addOwnerCommands } from './program/owners.ts'
import { addDeveloperCommands, addServerCommands } from './program/servers.ts'
import { addUpkeepCommands } from './program/upkeep.ts'
import { namingTheSetting } from './settings/option-errors.ts'

/** Runs the command that the arguments of this process name. */
export async function runProgram(): Promise<void> {
  // The reader may stop reading: `punctual try | head`.
  process.stdout.on('error', () => {})
  const context = createContext(createTerminal(process.stdout))
  const program = new Command('punctual')
    .description('The connection layer for scheduling apps.')
    .version(ownVersion(), '--version', 'print the version')
    .showHelpAfterError('(punctual --help lists the commands)')
    .addHelpText(
      'after',
      '\nIt ends with 0 if it did what was asked, 1 if it could not,\nand 2 for wrong arguments or settings.',
    )
    // Otherwise it would end the process itself, with 1 for wrong arguments.
    .exitOverride()
  const { node: version } = process.versions
  addServerCommands(program, context)
  addConnectionCommands(program, context)
  addEventCommands(program, context)
  addWebhookCommands(program, context)
  addOwnerCommands(program, context)
  addKeyCommands(program, context)
  addApiKeyCommands(program, context)
  addEscrowCommands(program, context)
  addUpkeepCommands(program, context, { version, tooOld: tooOldSentence(version) })
  addDeveloperCommands(program, context)
  try {
    await program.parseAsync(withoutShortcuts(process.argv))
  } catch (error) {
    if (error instanceof CommanderError) {
      // What is wrong has been printed, or the help that was asked for.
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    const { sentence, exitCode } = endingOf(namingTheSetting(error))
    process.stderr.write(`${shownText(sentence)}\n`)
    process.exitCode = exitCode
  }
}

/** `punctual events --dead` is `punctual events list --dead`. */
function withoutShortcuts(argv: readonly string[]): string[] {
  const [node = '', main = '', first, second, ...more] = argv
  const isShort = first === 'events' && (second === undefined || (/^-/.test(second) && !/^(-h|--help)$/.test(second)))
  return isShort ? [node, main, 'events', 'list', ...(second === undefined ? [] : [second]), ...more] : [...argv]
}

function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
