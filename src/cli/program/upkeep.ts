// The commands that look after the installation: the schema of the database, and what is wrong with the settings.

import type { Command } from 'commander'
import type { DoctorCommand } from '../commands/doctor.ts'
import { settingsHelp } from '../output/settings-help.ts'
import { type Context, examples, jsonOption } from './context.ts'

/** This Node, and the sentence for one that is too old. */
export interface OwnNode {
  readonly version: string
  readonly tooOld: string | null
}

export function addUpkeepCommands(program: Command, { settings, terminal }: Context, node: OwnNode): void {
  program
    .command('migrate')
    .description('update the schema of the database, or copy everything to another database')
    .addHelpText(
      'after',
      examples(
        ['migrate', 'before a new version starts'],
        ['migrate --from sqlite:.punctual/punctual.db --to postgres://…', 'to Postgres'],
      ),
    )
    .addHelpText('after', () => settingsHelp('every command'))
    .option('--from <database>', 'sqlite:path or postgres://…')
    .option('--to <database>', 'the same; without it, the database of the settings is updated')
    .action(async (options: { from?: string; to?: string }) => {
      const { migrate } = await import('../commands/migrate.ts')
      await migrate(options, settings(), terminal, process.stderr)
    })

  program
    .command('doctor')
    .description('check the settings and what they name: database, keys, providers, callback, events')
    .addOption(jsonOption())
    .option(
      '--explain <text>',
      'say what a callback address, an error body or a line of the log means; - reads it from stdin',
    )
    .addHelpText(
      'after',
      examples(
        ['doctor', 'what is wrong, and what to do'],
        ['doctor --explain \'{"error":"invalid_client"}\'', 'what an answer of a provider means'],
      ),
    )
    .action(async (options: DoctorCommand) => {
      const { doctor } = await import('../commands/doctor.ts')
      await doctor(options, node, terminal)
    })
}
