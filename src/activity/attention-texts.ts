// What each kind of attention says, and what to do about it. `name`: a client, a connection, a reason; `count`: how many.

import type { AttentionKind } from '../core/attention.ts'

export interface AttentionText {
  readonly sentence: string
  readonly fix: string
}

interface Words {
  readonly name: string
  readonly count: number
  /** The word that says more: a reason, the message of an error, a time. */
  readonly detail: string
}

/** The most urgent first. */
export const attentionTexts: Readonly<Record<AttentionKind, (words: Words) => AttentionText>> = {
  disk_full: ({ detail }) => ({
    sentence: `The database cannot be written: there is no space left. ${detail}`,
    fix: 'Free space on the disk of the database. Refreshed tokens wait in the journal until then.',
  }),
  store: ({ detail }) => ({
    sentence: `The database cannot be used. ${detail}`,
    fix: 'Check that the database runs and can be reached from here, and that its disk works and has room; "punctual doctor" says more.',
  }),
  database_moved: ({ detail }) => ({
    sentence: `This process has a database that is not in its place any more. ${detail}`,
    fix: 'Restart it with the database where that is now. Nothing is refreshed or dispatched until then; "punctual doctor" says more.',
  }),
  keys: ({ detail }) => ({
    sentence: `Something in the database cannot be opened with the keys at hand. ${detail}`,
    fix: 'Put the key that sealed it back into "keys" (PUNCTUAL_KEYS), behind the one that seals now. "punctual keys check" says which one is missing.',
  }),
  journal: ({ count, detail }) => ({
    sentence:
      count > 0
        ? `${several(count, 'refreshed token set waits', 'refreshed token sets wait')} in the journal for the database. ${detail}`
        : `The journal cannot be used. ${detail}`,
    fix: 'Make the database writable, let the process write in the journal’s folder, and keep the folder: its tokens may exist nowhere else.',
  }),
  client_misconfigured: ({ name, detail }) => ({
    sentence: `The provider refuses the client ${name} (${detail}). No grant of it is refreshed.`,
    fix: 'Compare its id, secret and scopes with those at the provider, then restart with the right ones. Refreshes go on by themselves.',
  }),
  provider_away: ({ name, detail }) => ({
    sentence: `Most of what was sent to the provider of ${name} lately got no usable answer (${detail}).`,
    fix: 'Look at the provider’s status page, and at the way out of this network. Punctual tries again by itself; no one needs to reconnect.',
  }),
  needs_reconnect: ({ name, count }) => ({
    sentence: `${several(count, 'connection', 'connections')} of ${name} must be reconnected.`,
    fix: 'Send each owner a reconnect link.',
  }),
  events_stuck: ({ detail }) => ({
    sentence: `The oldest event has waited for ${detail}.`,
    fix: 'Check that a process with "deliverTo" (PUNCTUAL_EVENTS_URL) runs, and what its handler or receiver has logged.',
  }),
  handler_fails: ({ count, detail }) => ({
    sentence: `${several(count, 'dispatch', 'dispatches')} failed lately, more than succeeded (${detail}).`,
    fix: 'Look at what your handler or receiver has logged. The events come again for a day.',
  }),
  events_dead: ({ count }) => ({
    sentence: `${several(count, 'event was', 'events were')} not acknowledged for a day, and given up.`,
    fix: 'Mend the handler or receiver, then replay the events.',
  }),
  webhook_broken: ({ name, detail }) => ({
    sentence: `The connection ${name} gets no webhooks: ${detail}`,
    fix: 'Grant the missing permission or change the plan, then reconnect. Punctual tries again every few hours.',
  }),
  webhooks_refused: ({ name, count, detail }) => ({
    sentence: `${several(count, 'delivery', 'deliveries')} of ${name} ${count === 1 ? 'was' : 'were'} refused in the last hour (${detail}).`,
    fix: 'Compare the webhook key with the provider’s, put Punctual in front of every body parser, and check this machine’s clock.',
  }),
  outcome_unknown: ({ name, count }) => ({
    sentence: `Of ${several(count, 'call', 'calls')} of ${name} in the last day it is not known whether something was changed.`,
    fix: 'Look at the booking at the provider before you book it again. A booking with a key is looked up by itself.',
  }),
  clock: ({ detail }) => ({
    sentence: `The clock of this machine and that of the database differ by ${detail}.`,
    fix: 'Synchronise both with a time server (NTP).',
  }),
}

function several(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`
}
