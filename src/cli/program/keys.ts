// The commands about the keys that seal, and about those of the HTTP API.

import type { Command } from 'commander'
import type { CreateCommand } from '../commands/api-keys.ts'
import { settingsHelp } from '../output/settings-help.ts'
import { type Context, examples, jsonOption } from './context.ts'

type Json = { readonly json?: boolean }

export function addKeyCommands(program: Command, context: Context): void {
  const keys = program
    .command('keys')
    .description('make, check, count and rotate the keys that seal what is stored (PUNCTUAL_KEYS)')
    .addHelpText(
      'after',
      examples(['keys new', 'a new key'], ['keys check', 'whether the keys at hand open what is stored']),
    )
    .addHelpText('afterAll', () => settingsHelp('every command'))

  keys
    .command('new')
    .description('make a key and print it. It is kept nowhere')
    .addOption(jsonOption())
    .addHelpText('after', examples(['keys new > key', 'into a file, which holds the key alone']))
    .action(async (options: Json) => {
      const { newKey } = await import('../commands/keys/new.ts')
      newKey(context.output(options))
    })

  keys
    .command('check')
    .description('check whether the keys open what is stored; ends with 1 if not. It changes nothing')
    .addOption(jsonOption())
    .addHelpText('after', examples(['keys check && deploy', 'before a new version starts']))
    .action(async (options: Json) => {
      context.settings()
      const { checkKeys } = await import('../commands/keys/check.ts')
      await checkKeys(context.output(options))
    })

  keys
    .command('status')
    .description('count what was sealed with which key; ends with 1 if a key is missing. It changes nothing')
    .addOption(jsonOption('lines'))
    .addHelpText('after', examples(['keys status', 'whether a key can be removed']))
    .action(async (options: Json) => {
      const { keysStatus } = await import('../commands/keys/status.ts')
      await keysStatus(context.settings(), context.output(options))
    })
  addRotation(keys, context)
}

function addRotation(keys: Command, context: Context): void {
  keys
    .command('rotate')
    .description(
      'seal with the first key what an older one has sealed, while the service runs; ends with 1 while an older key is needed',
    )
    .option('--dry-run', 'only say what would be done', false)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        ['keys rotate --dry-run', 'how much an older key has sealed'],
        ['keys rotate && punctual keys status', 'before you remove the older key'],
      ),
    )
    .action(async (options: Json & { dryRun: boolean }) => {
      const { rotateKeys } = await import('../commands/keys/rotate.ts')
      await rotateKeys({ dryRun: options.dryRun }, context.settings(), context.output(options))
    })
}

export function addApiKeyCommands(program: Command, { settings, terminal }: Context): void {
  const keys = program
    .command('api-keys')
    .description('make, list, replace and revoke the keys of the HTTP API')
    .addHelpText('afterAll', () => settingsHelp('every command'))

  keys
    .command('create')
    .description('make a key, which is shown once')
    .option('--name <name>', 'what it is for')
    .option('--scope <scope...>', 'what it may do: admin, connections:read, bookings:write, …')
    .option('--owner <owner>', 'the only owner whose connections it may use')
    .option('--expires-in <time>', 'for how long it works, such as 90d; without it, until it is revoked')
    .addOption(jsonOption())
    .addHelpText('after', examples(["api-keys create --name 'back end' --scope admin", 'for your back end']))
    .action(async (options: CreateCommand) => {
      const { createKey } = await import('../commands/api-keys.ts')
      await createKey(options, settings(), terminal)
    })

  keys
    .command('list')
    .description('list the keys, without their secrets')
    .addOption(jsonOption())
    .addHelpText('after', examples(['api-keys list', 'which there are, and when each was used last']))
    .action(async (options: Json) => {
      const { listKeys } = await import('../commands/api-keys.ts')
      await listKeys(options, settings(), terminal)
    })

  keys
    .command('rotate')
    .description('make a new secret for a key, which is shown once')
    .argument('<id>', 'the id of the key')
    .option('--grace <time>', 'for how long the secret before it works, such as 12h (default: 24h)')
    .addOption(jsonOption())
    .addHelpText('after', examples(['api-keys rotate KEY --grace 12h', 'with half a day to change it']))
    .action(async (id: string, options: { grace?: string; json?: boolean }) => {
      const { rotateKey } = await import('../commands/api-keys.ts')
      await rotateKey(id, options, settings(), terminal)
    })

  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<id>', 'the id of the key')
    .addOption(jsonOption())
    .addHelpText('after', examples(['api-keys revoke KEY', 'when it has leaked']))
    .action(async (id: string, options: Json) => {
      const { revokeKey } = await import('../commands/api-keys.ts')
      await revokeKey(id, options, settings(), terminal)
    })
}
