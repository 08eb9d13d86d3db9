// The commands about one owner: everything that is kept about a person, written out or removed.

import type { Command } from 'commander'
import { settingsHelp } from '../output/settings-help.ts'
import { type Context, examples, jsonOption } from './context.ts'

interface Erase {
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json?: boolean
}

export function addOwnerCommands(program: Command, context: Context): void {
  program
    .command('export')
    .description('write everything that is kept about an owner as JSON, without tokens')
    .argument('<owner>', "your application's id of the person")
    .addHelpText('after', examples(['export user-42 > user-42.json', 'for a person who asks what is kept']))
    .addHelpText('after', () => settingsHelp('every command'))
    .action(async (owner: string) => {
      const { exportOwner } = await import('../commands/owners/export.ts')
      await exportOwner(owner, context.settings(), context.terminal)
    })

  program
    .command('erase')
    .description('disconnect an owner, and remove everything that is kept about them')
    .argument('<owner>', "your application's id of the person")
    .option('--yes', 'do not ask', false)
    .option('--dry-run', 'only say what would be removed', false)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        ['erase user-42 --dry-run', 'what would go'],
        ['erase user-42', 'after a person has asked to be forgotten'],
      ),
    )
    .addHelpText('after', () => settingsHelp('every command', 'serve and dev'))
    .action(async (owner: string, options: Erase) => {
      const { eraseOwner } = await import('../commands/owners/erase.ts')
      const { yes, dryRun } = options
      await eraseOwner({ owner, yes, dryRun }, context.settings(), context.output(options))
    })
}
