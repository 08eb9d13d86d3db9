// The commands about the events of the outbox.

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { OutboxState } from '../../core/store/outbox.ts'
import { settingsHelp } from '../output/settings-help.ts'
import { type Context, choiceOption, examples, jsonOption, limitOf, limitOptions, ownerOption } from './context.ts'

type Json = { readonly json?: boolean }
type Of = Json & { readonly owner?: string; readonly destination?: string }
type List = Json & { dead?: boolean; state?: OutboxState; owner?: string; limit?: number; all?: boolean }
type Replay = Of & { all?: boolean; since?: string }

export function addEventCommands(program: Command, context: Context): void {
  const events = program
    .command('events')
    .description('list, show, follow and dispatch again the events for your application')
    .addHelpText(
      'after',
      examples(
        ['events --dead', 'those that were given up (the same as events list --dead)'],
        ['events replay --since 12h', 'dispatch again what was given up in the night'],
        ['events tail', 'see each event as it is written'],
      ),
    )
    .addHelpText('afterAll', () => settingsHelp('every command'))
  addLooking(events, context)
  addDispatching(events, context)
}

function addLooking(events: Command, context: Context): void {
  limitOptions(
    events
      .command('list')
      .description('list the events that are not acknowledged yet, and those that were given up')
      .option('--dead', 'only those that were given up')
      .addOption(choiceOption('--state <state>', 'only those', ['pending', 'dead', 'done']).conflicts('dead'))
      .option('--owner <owner>', "only those of this owner's connections, and those of clients"),
  )
    .addOption(jsonOption('lines'))
    .addHelpText('after', examples(['events list --state done --limit 10', 'what was acknowledged last']))
    .action(async (options: List) => {
      const { listEvents } = await import('../commands/events/list.ts')
      await listEvents({ ...options, limit: limitOf(options) }, context.settings(), context.output(options))
    })

  events
    .command('show')
    .description('show an event with its body, which holds personal data')
    .argument('<id>', 'the id of the event')
    .addOption(ownerOption())
    .option('--destination <name>', 'the event for this destination')
    .addOption(jsonOption())
    .addHelpText('after', examples(['events show EVENT --json | jq .body', 'what the provider sent']))
    .action(async (id: string, options: Of) => {
      const { showEvent } = await import('../commands/events/show.ts')
      await showEvent({ id, ...given(options) }, context.settings(), context.output(options))
    })

  events
    .command('tail')
    .description('print each event as it is written, until it is stopped')
    .option('--owner <owner>', "only those of this owner's connections, and those of clients")
    .addOption(
      new Option('--lines <count>', 'how many of those that are there already').argParser(parseLines).default(0),
    )
    .addOption(jsonOption('lines'))
    .addHelpText('after', examples(['events tail --lines 5', 'the last five, and what comes']))
    .action(async (options: Of & { lines: number }) => {
      const { tailEvents } = await import('../commands/events/tail.ts')
      const request = { ...given(options), lines: options.lines }
      await tailEvents(request, context.settings(), context.output(options))
    })
}

function addDispatching(events: Command, context: Context): void {
  events
    .command('retry')
    .description('dispatch a pending event now, instead of when it is due')
    .argument('<id>', 'the id of the event')
    .addOption(ownerOption())
    .option('--destination <name>', 'only for this destination')
    .addOption(jsonOption())
    .addHelpText('after', examples(['events retry EVENT', 'once the receiver is repaired']))
    .action(async (id: string, options: Of) => {
      const { retryEvent } = await import('../commands/events/retry.ts')
      await retryEvent({ id, ...given(options) }, context.settings(), context.output(options))
    })

  events
    .command('replay')
    .description('dispatch events again that were given up')
    .argument('[id]', 'one event')
    .option('--since <time>', 'those written since then: 12h, or a date such as 2026-11-27T02:00Z')
    .option('--all', 'every event that was given up')
    .option('--owner <owner>', "only those of this owner's connections")
    .option('--destination <name>', 'only for this destination')
    .addOption(jsonOption())
    .addHelpText('after', examples(['events replay --since 12h', 'after a bad night'], ['events replay EVENT', 'one']))
    .action(async (id: string | undefined, options: Replay) => {
      const { replayEvents } = await import('../commands/events/replay.ts')
      const { all, since } = options
      const request = { id, since, ...(all ? { all } : {}), ...given(options) }
      await replayEvents(request, context.settings(), context.output(options))
    })
}

function given({ owner, destination }: Of): { owner?: string; destination?: string } {
  return { ...(owner === undefined ? {} : { owner }), ...(destination === undefined ? {} : { destination }) }
}

function parseLines(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), 50)
  throw new InvalidArgumentError('Give a whole number: 0 to 50.')
}
