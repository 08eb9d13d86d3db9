// The commands about the escrow: what it knows, healing a restored database, and making it small.

import type { Command } from 'commander'
import { settingsHelp } from '../output/settings-help.ts'
import { type Context, examples, jsonOption } from './context.ts'

type Json = { readonly json?: boolean }

export function addEscrowCommands(program: Command, context: Context): void {
  const escrow = program
    .command('escrow')
    .description('look at the escrow of token sets, heal a restored database from it, make it small (PUNCTUAL_ESCROW)')
    .addHelpText(
      'after',
      examples(
        ['escrow status', 'what it holds, and whether the database is behind it'],
        ['escrow heal', 'after a backup was restored'],
      ),
    )
    .addHelpText('afterAll', () => settingsHelp('every command'))

  escrow
    .command('status')
    .description(
      'say what it holds; ends with 1 if the database is behind it, it is not that of the database, or a text in it is damaged. It changes nothing',
    )
    .addOption(jsonOption())
    .addHelpText('after', examples(['escrow status --json', 'for a check that runs every day']))
    .action(async (options: Json) => {
      const { escrowStatus } = await import('../commands/escrow/status.ts')
      await escrowStatus(context.settings(), context.output(options))
    })

  escrow
    .command('heal')
    .description(
      'bring the grants that are behind to what they were, as every start does; ends with 1 if people must connect again',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(['escrow heal --json > healed.json', 'with the grants that the backup did not have']),
    )
    .action(async (options: Json) => {
      const { healFromEscrow } = await import('../commands/escrow/heal.ts')
      await healFromEscrow(context.settings(), context.output(options))
    })

  escrow
    .command('begin')
    .description(
      'where the escrow is lost: put every live grant of the database into another one. What a restored backup has lost stays lost',
    )
    .addOption(jsonOption())
    .addHelpText('after', examples(['escrow begin', 'where a start says escrow_empty, and the old escrow is gone']))
    .action(async (options: Json) => {
      const { beginEscrow } = await import('../commands/escrow/begin.ts')
      await beginEscrow(context.settings(), context.output(options))
    })

  escrow
    .command('compact')
    .description('keep of each grant only the newest, while the service runs; a running service does so by itself')
    .addOption(jsonOption())
    .addHelpText('after', examples(['escrow compact', 'once a day, where nothing of Punctual runs for long']))
    .action(async (options: Json) => {
      const { compactEscrow } = await import('../commands/escrow/compact.ts')
      await compactEscrow(context.settings(), context.output(options))
    })
}
