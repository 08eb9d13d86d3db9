// The commands about connections and their webhook subscriptions.

import { type Command, Option } from 'commander'
import type { ConnectionStatus } from '../../core/connection.ts'
import { settingsHelp } from '../output/settings-help.ts'
import {
  type Context,
  choiceOption,
  examples,
  jsonOption,
  limitOf,
  limitOptions,
  ownerOption,
  parseCount,
} from './context.ts'

type Json = { readonly json?: boolean }
type Owned = Json & { readonly owner?: string }
type List = Owned & { client?: string; status?: ConnectionStatus; limit?: number; all?: boolean }

const providerSettings = () => settingsHelp('every command', 'serve and dev')

export function addConnectionCommands(program: Command, context: Context): void {
  const connections = program
    .command('connections')
    .description('list, show, test, refresh, repair and end connections')
    .addHelpText(
      'after',
      examples(
        ['connections list --status needs_reconnect', 'which connections need their owner'],
        ['connections show CONNECTION', 'what is known of one, and what has happened to it'],
        ['connections test CONNECTION && echo it works', 'whether one works now'],
      ),
    )
  addReading(connections, context)
  addActing(connections, context)
}

function addReading(connections: Command, context: Context): void {
  limitOptions(
    connections
      .command('list')
      .description('list connections')
      .argument('[text]', 'an id, or the beginning of an owner, a word of a name, an e-mail address or its domain')
      .option('--owner <owner>', 'only those of exactly this owner')
      .option('--client <client>', 'only those of this client, such as calendly')
      .addOption(choiceOption('--status <status>', 'only those', ['active', 'needs_reconnect', 'disconnected'])),
  )
    .addOption(jsonOption('lines'))
    .addHelpText(
      'after',
      examples(
        ['connections list', 'the first fifty'],
        ['connections list ada@example.com', 'those of an e-mail address'],
        ['connections list --json | jq -r \'select(.status == "active").id\'', 'the ids of all that work'],
      ),
    )
    .addHelpText('after', () => settingsHelp('every command'))
    .action(async (text: string | undefined, options: List) => {
      const { listConnections } = await import('../commands/connections/list.ts')
      const { owner, client, status } = options
      const request = { text, owner, client, status, limit: limitOf(options) }
      await listConnections(request, context.settings(), context.output(options))
    })

  connections
    .command('show')
    .description('show a connection, its webhook subscriptions and its life')
    .argument('<id>', 'the id of the connection')
    .addOption(ownerOption())
    .addOption(new Option('--history <count>', 'entries of its life').argParser(parseCount).default(10))
    .addOption(jsonOption())
    .addHelpText('after', examples(['connections show CONNECTION --history 50', 'with more of its life']))
    .addHelpText('after', () => settingsHelp('every command'))
    .action(async (id: string, { history, ...options }: Owned & { history: number }) => {
      const { showConnection } = await import('../commands/connections/show.ts')
      const limit = Math.min(history, 200)
      await showConnection({ ...named(id, options), history: limit }, context.settings(), context.output(options))
    })
}

function addActing(connections: Command, context: Context): void {
  const acting = (name: string, description: string) =>
    connections
      .command(name)
      .description(description)
      .argument('<id>', 'the id of the connection')
      .addOption(ownerOption())
      .addOption(jsonOption())
      .addHelpText('after', providerSettings)

  acting('test', 'test a connection by one harmless read; ends with 1 if it does not work')
    .addHelpText('after', examples(['connections test CONNECTION --json', 'the result for a program']))
    .action(async (id: string, options: Owned) => {
      const { testConnection } = await import('../commands/connections/test.ts')
      await testConnection(named(id, options), context.settings(), context.output(options))
    })

  acting('refresh', 'refresh the grant now; ends with 1 if no token is live then')
    .addHelpText('after', examples(['connections refresh CONNECTION', 'after the provider was away']))
    .action(async (id: string, options: Owned) => {
      const { refreshConnection } = await import('../commands/connections/refresh.ts')
      await refreshConnection(named(id, options), context.settings(), context.output(options))
    })

  acting('reconnect-link', 'make the address of a page on which the owner repairs the connection')
    .option('--return-to <address>', 'where the browser goes then: the page of your application that completes it')
    .addHelpText(
      'after',
      examples(['connections reconnect-link CONNECTION --json', 'for a program that writes to the owner']),
    )
    .action(async (id: string, options: Owned & { returnTo?: string }) => {
      const { reconnectLink } = await import('../commands/connections/reconnect-link.ts')
      const request = { ...named(id, options), returnTo: options.returnTo }
      await reconnectLink(request, context.settings(), context.output(options))
    })

  acting('disconnect', 'end a connection: delete its webhook subscriptions and revoke its grant. It asks first')
    .option('--yes', 'do not ask', false)
    .addHelpText('after', examples(['connections disconnect CONNECTION --yes', 'in a program']))
    .action(async (id: string, options: Owned & { yes: boolean }) => {
      const { disconnect } = await import('../commands/connections/disconnect.ts')
      await disconnect({ ...named(id, options), yes: options.yes }, context.settings(), context.output(options))
    })
}

function named(id: string, { owner }: Owned): { id: string; owner?: string } {
  return owner === undefined ? { id } : { id, owner }
}

export function addWebhookCommands(program: Command, context: Context): void {
  const webhooks = program
    .command('webhooks')
    .description("list the subscriptions to the providers' webhooks")
    .addHelpText('after', examples(['webhooks list --broken', 'what no webhook comes from']))
  webhooks
    .command('list')
    .description('list the subscriptions, each with its health. No provider is asked')
    .argument('[connection]', 'the id of a connection; without it, those of all')
    .option('--owner <owner>', "only those of this owner's connections")
    .option('--broken', 'only those that do not work', false)
    .addOption(jsonOption('lines'))
    .addHelpText('after', examples(['webhooks list --broken', 'what no webhook comes from']))
    .addHelpText('after', () => settingsHelp('every command'))
    .action(async (connection: string | undefined, options: Owned & { broken: boolean }) => {
      const { listWebhooks } = await import('../commands/webhooks/list.ts')
      const { owner, broken } = options
      await listWebhooks({ connection, owner, broken }, context.settings(), context.output(options))
    })
}
