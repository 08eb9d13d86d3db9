// The composition root: puts the parts together, in order of dependency, and decides nothing itself.

import { createApiKeys } from './access/api-keys.ts'
import { createActivity } from './activity/activity.ts'
import { createOperator } from './activity/operator.ts'
import { createApiCalls } from './api-calls.ts'
import { createBackground } from './background.ts'
import { addJobs } from './background-jobs.ts'
import { createClientStates } from './client-states.ts'
import { createConnectionOf } from './connection.ts'
import { announcedTypes, type DeliveredType } from './core/events.ts'
import type { Client } from './core/provider.ts'
import { createSetAside } from './core/set-aside.ts'
import { createEscrow } from './escrow.ts'
import { createEvents } from './events.ts'
import { createFlow } from './flow/flow.ts'
import { createHandler } from './handler.ts'
import { createSchedule } from './keeper/due.ts'
import { createJournal } from './keeper/journal.ts'
import { reportedFiles } from './keeper/journal-files.ts'
import { createKeeper } from './keeper/keeper.ts'
import { paceOf } from './keeper/pace.ts'
import { createJournalReplay } from './keeper/replay-journal.ts'
import { createTokenMemory } from './keeper/token-memory.ts'
import { createKeys } from './keys.ts'
import { lazyStore } from './lazy-store.ts'
import { type PunctualOptions, parseOptions } from './options.ts'
import { createEventAdmin } from './outbox/admin.ts'
import { createDispatcher } from './outbox/dispatcher.ts'
import { createEventFeed } from './outbox/read-feed.ts'
import { createPersonalData } from './personal-data.ts'
import { assertUsable } from './ready.ts'
import { createRecords } from './records.ts'
import { reportedFetch } from './reported-fetch.ts'
import { createReports, reportWentBack } from './reports.ts'
import { createLateScheduling } from './scheduling/late.ts'
import { createStartAndStop } from './start-and-stop.ts'
import { createStatistics } from './statistics.ts'
import { createSurface, type Punctual } from './surface.ts'
import { createWebhooks } from './webhooks/webhooks.ts'

export type { Punctual } from './surface.ts'

/**
 * Puts Punctual together.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 * @example
 * ```ts
 * const punctual = createPunctual({
 *   baseUrl: 'https://app.example.com/integrations',
 *   keys: [process.env.PUNCTUAL_KEY ?? ''],
 *   store: sqlite('.punctual/punctual.db'),
 *   clients: [calendly({ clientId, clientSecret, scopes: ['users:read', 'scheduled_events:read'] })],
 *   currentOwner: (request) => sessionOf(request)?.userId ?? null,
 * })
 * ```
 */
export function createPunctual<const Clients extends Client>(options: PunctualOptions<Clients>): Punctual<Clients> {
  const parsed = parseOptions(options)
  const { clients, clock, fetch, destinations } = parsed
  const events = createEvents({ clock, print: (line) => console.error(line) })
  const { reporter } = events
  const background = createBackground({ clock, fault: events.fault, waitUntil: parsed.waitUntil })
  const { track, follow } = background
  const { vault, ids: keyIds, before } = createKeys(parsed)
  const unkept = lazyStore(before(parsed.store), clock, reporter)
  const tokenMemory = createTokenMemory({ clock, memoryMs: parsed.tokenMemoryMs })
  const forget = () => tokenMemory.forget(null)
  const { store, guard } = createEscrow({ escrow: parsed.escrow, store: unkept, clock, reporter, forget })
  const activity = createActivity({ store, clock, background, events, settings: parsed })
  const { measure, noteError } = activity
  const settings = { ...parsed, measure, noteError }
  const files = reportedFiles(settings.journal, reporter)
  const wentBack = () => reportWentBack(reporter, 'journal_ahead')
  const records = createRecords({ ...settings, store, vault, tokensChanged: tokenMemory.forget, wentBack })
  const { grants, connections, outbox, feed } = records
  const reports = createReports({ events, connectionsOn: connections.onGrant, measure, noteError })
  const aside = createSetAside(clock, events.aside)
  // Of a token request the host application sees nothing, so its failures are reported; a call's are its caller's to see.
  const transport = { fetch: reportedFetch(fetch, reporter), clock }
  const journal = createJournal({ clock, files, identity: store.identity, aside })
  const replay = createJournalReplay({ journal, guard, grants, store, clock, background, report: reports.ofGrants })
  const due = { schedule: createSchedule(settings), pace: paceOf }
  const shared = { settings, transport, journal, replay, aside }
  const flow = createFlow({ ...shared, records, due, report: reports.ofFlow, track })
  replay.bringAnswersTo(flow.storeJournaledAnswer)
  reports.onRefreshed((grant) => track(flow.updateAccount(grant).catch(() => {})))
  const keeper = createKeeper({ ...shared, guard, store, grants, tokenMemory, background, reports })
  const calls = createApiCalls({ settings, keeper, follow })
  const scheduling = createLateScheduling({ ...records, clients, clock, callerOf: calls.callerOf, aside, background })
  const [report, complete] = [reports.ofOutbox, scheduling.completeBookingEvent]
  const dispatcher = createDispatcher({ ...settings, outbox, feed, complete, report })
  const isWanted = wantedBy(destinations)
  if (destinations.length > 0) store.announce(announcedTypes.filter(isWanted))
  reports.onWritten(dispatcher.wake)
  const webhooks = createWebhooks({
    ...records,
    ...settings,
    follow,
    callerOf: calls.callerOf,
    linkToldRebooking: scheduling.linkToldRebooking,
    isWanted,
    enqueued: dispatcher.wake,
    report: reports.ofWebhooks,
  })
  reports.onUsable((grant) => track(webhooks.checkSoon(grant)))
  const access = createApiKeys({ records: records.apiKeys, track })
  const parts = { ...records, activity, clients, keeper, replay, webhooks, flow, calls, scheduling, access }
  addJobs(background, { ...parts, ...settings, store, guard })
  const connectionOf = createConnectionOf({ settings, keeper, calls, flow, webhooks, scheduling, follow })
  const statistics = createStatistics({ store, clients, clock })
  const check = () => assertUsable({ store, connections, keyIds, reporter, guard, clock, journal: files })
  return createSurface({
    clients,
    handler: createHandler({ settings, flow, webhooks }),
    flow,
    clientState: createClientStates({ clients, clock, health: keeper.health, observe: events.observe }),
    connections,
    webhooks,
    events,
    follow,
    connectionOf,
    personalData: createPersonalData({ ...parts, store, guard, journal, connectionOf, clock }),
    apiKeys: access.apiKeys,
    eventAdmin: createEventAdmin({ outbox, wake: dispatcher.wake, feed: createEventFeed(feed, aside) }),
    statistics,
    operator: createOperator({ ...parts, store, clock, statistics, journal, keyIds }),
    health: keeper.health,
    ...createStartAndStop({ activity, webhooks, calls, background, dispatcher, replay, records, store, check }),
  })
}

/** Where no process of this application dispatches events, one that does may take them all. */
function wantedBy(destinations: readonly { readonly types: readonly DeliveredType[] }[]) {
  return (type: DeliveredType): boolean =>
    destinations.length === 0 || destinations.some(({ types }) => types.includes(type))
}
