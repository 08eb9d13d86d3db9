// The commands that run until they are stopped, and those for a developer's machine.

import type { Command } from 'commander'
import { type TriggerName, triggerNames } from '../operating/triggers.ts'
import { type Shell, shells } from '../output/completion.ts'
import { settingsHelp } from '../output/settings-help.ts'
import { type Provider, providers } from '../settings/provider-names.ts'
import { completedPlaces } from './completed-places.ts'
import { type Context, choice, choiceOption, examples, jsonOption, parsePort } from './context.ts'

type Json = { readonly json?: boolean }

export function addServerCommands(program: Command, { settings, terminal }: Context): void {
  program
    .command('serve')
    .description('start the service: the HTTP API, the connect page and the webhooks')
    .addHelpText('after', () => settingsHelp('every command', 'serve and dev', 'serve'))
    .action(async () => {
      const read = settings()
      const { serve } = await import('../commands/serve.ts')
      await serve(read, terminal)
    })

  program
    .command('dev')
    .description('start the page, the server and the sandbox on this machine')
    .addHelpText('after', () => settingsHelp('every command', 'serve and dev', 'dev'))
    .action(async () => {
      const read = settings()
      const { dev } = await import('../commands/dev.ts')
      await dev(read, terminal)
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
    .addHelpText('after', examples(['sandbox --port 0 --file sandbox.json', 'on any free port, with a memory']))
    .action(async (options: { port: number; file?: string; ownAddresses: boolean }) => {
      const { sandbox } = await import('../commands/sandbox.ts')
      await sandbox(options, terminal)
    })

  program
    .command('try')
    .description('run through the life of a connection in this terminal')
    .action(async () => {
      const { tryOut } = await import('../commands/try.ts')
      await tryOut({ terminal, fetch: globalThis.fetch })
    })
}

export function addDeveloperCommands(program: Command, context: Context): void {
  program
    .command('connect')
    .description('connect an account on this machine: opens no browser, and ends when it is connected')
    .addArgument(choice('<provider>', 'at which provider', providers))
    .option('--owner <owner>', 'whose connection it becomes', 'you')
    .addOption(jsonOption())
    .addHelpText('after', examples(['connect calendly --owner user-42', 'an account of your own, for a test']))
    .addHelpText('after', () => settingsHelp('every command', 'serve and dev'))
    .action(async (provider: Provider, options: Json & { owner: string }) => {
      const { connect } = await import('../commands/connect.ts')
      await connect({ provider, owner: options.owner }, context.settings(), context.output(options))
    })

  program
    .command('listen')
    .description('pass on events to an address on this machine, and print the secret that signs them')
    .option('--forward-to <url>', 'where to: http on this machine, or https')
    .option('--sandbox [address]', "instead of Punctual's events, the webhooks of the sandbox")
    .option('--account <account>', 'of the sandbox: only this person, such as ada')
    .addOption(jsonOption('lines'))
    .addHelpText(
      'after',
      examples(
        ['listen --forward-to http://localhost:3000/events', 'what "punctual serve" or "dev" reports'],
        ['listen --sandbox --forward-to http://localhost:3000/webhooks', 'what the providers would send'],
      ),
    )
    .addHelpText('after', () => settingsHelp('every command'))
    .action(async (options: Json & { forwardTo?: string; sandbox?: string | true; account?: string }) => {
      const { listen } = await import('../commands/listen.ts')
      await listen(options, context.settings(), context.output(options))
    })

  program
    .command('trigger')
    .description('make the sandbox send a webhook, by a guest who books, moves or cancels')
    .addArgument(choice('<event>', 'which', triggerNames))
    .addOption(choiceOption('--provider <provider>', 'at which provider', providers))
    .option('--account <account>', "whose booking: an id, a slug or an e-mail address (default: a subscriber's)")
    .option('--sandbox <address>', 'the address of the sandbox (default: the one that runs on this machine)')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        ['trigger booking.created', 'a guest books'],
        ['trigger BOOKING_CANCELLED --account ada', 'a guest books and cancels with Ada at Cal.com'],
      ),
    )
    .action(async (event: TriggerName, options: Json & { provider?: Provider; account?: string; sandbox?: string }) => {
      const { trigger } = await import('../commands/trigger.ts')
      await trigger({ event, ...options }, context.settings(), context.output(options))
    })

  program
    .command('completion')
    .description('print the completion of commands and options for a shell')
    .addArgument(choice('<shell>', 'which', shells))
    .addHelpText(
      'after',
      '\nExamples:\n  In ~/.bashrc:\n    source <(punctual completion bash)\n  For fish, once:\n    $ punctual completion fish > ~/.config/fish/completions/punctual.fish',
    )
    .action(async (shell: Shell) => {
      const { completion } = await import('../commands/completion.ts')
      completion(shell, completedPlaces(program), context.terminal)
    })
}
