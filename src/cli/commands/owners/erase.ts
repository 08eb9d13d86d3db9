// `punctual erase OWNER`: removes everything about a person, after it has asked. It ends with 1 if something remains to be done.

import { createHash } from 'node:crypto'
import type { ErasureResult, PersonalData } from '../../../core/personal-data.ts'
import { type PersonalCounts, type PersonalKind, personalKinds } from '../../../core/store/personal-data.ts'
import { audited } from '../../operating/audited.ts'
import { confirm } from '../../operating/confirm.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { shownText } from '../../output/shown-text.ts'
import type { Settings } from '../../settings/settings.ts'
import { countsOf, isNothing, nothingOf } from './found.ts'

export interface Erase {
  readonly owner: string
  readonly yes: boolean
  readonly dryRun: boolean
}

export async function eraseOwner({ owner, yes, dryRun }: Erase, settings: Settings, output: Output): Promise<void> {
  await withPunctual(settings, 'acts', async ({ punctual, assertSet }) => {
    const data = await punctual.export({ owner })
    const found = countsOf(data)
    if (dryRun) return printFound(owner, data, found, output)
    for (const { client, status } of data.connections) if (status !== 'disconnected') assertSet(client)
    const standing = data.connections.filter(({ status }) => status !== 'disconnected').length
    await confirm({ what: whatGoes(owner, standing, found), yes: yes || isNothing(found) })
    const deed = { action: 'erase', subject: subjectOf(owner), outcomeOf: outcomeOf }
    const result = await audited(punctual.operator, deed, () => punctual.erase({ owner }))
    print(owner, result, output)
  })
}

/** The audit must not name who was erased. Who knows the owner can compute it again. */
function subjectOf(owner: string): string {
  return `owner sha256:${createHash('sha256').update(owner).digest('hex').slice(0, 16)}`
}

function outcomeOf({ isComplete }: ErasureResult): string {
  return isComplete ? 'ok' : 'remaining'
}

const words: Readonly<Record<PersonalKind, string>> = {
  connectSessions: 'connect sessions',
  attempts: 'attempts to connect',
  apiKeys: 'API keys',
  errors: 'errors',
  activity: 'lines of the activity log',
  events: 'events',
  feed: 'published events',
  subscriptions: 'webhook subscriptions',
  bookingKeys: 'booking keys',
  bookingLinks: 'moved bookings',
  history: 'entries of the history',
  connections: 'connections',
}

function inWords(counts: PersonalCounts): string {
  const parts = personalKinds.filter((kind) => counts[kind] > 0).map((kind) => `${words[kind]}: ${counts[kind]}`)
  return parts.join('; ') || 'nothing'
}

function whatGoes(owner: string, standing: number, found: PersonalCounts): string {
  const which = standing === 1 ? '1 connection' : `${standing} connections`
  const ends = standing === 0 ? '' : ` It disconnects ${which} first, and revokes the grants that no other owner uses.`
  return `This removes everything about ${shownText(owner)}: ${inWords(found)}.${ends} It cannot be undone.`
}

function printFound(owner: string, data: PersonalData, found: PersonalCounts, { terminal, json }: Output): void {
  const standing = data.connections.filter(({ status }) => status !== 'disconnected').map(({ id }) => id)
  if (json) {
    terminal.line(jsonText({ owner, wouldDisconnect: standing, wouldRemove: found }, 2))
    return
  }
  if (isNothing(found)) {
    terminal.line(nothingOf(owner))
    return
  }
  terminal.line(`About ${shownText(owner)}: ${inWords(found)}.`)
  terminal.line(standing.length === 0 ? 'Nothing is connected.' : `Would be disconnected: ${standing.join(', ')}.`)
  terminal.line('Nothing was removed: this was a dry run.')
}

function print(owner: string, result: ErasureResult, { terminal, json }: Output): void {
  if (!result.isComplete) process.exitCode = 1
  if (json) {
    terminal.line(jsonText({ owner, ...result }, 2))
    return
  }
  if (isNothing(result.removed) && result.isComplete) {
    terminal.line(nothingOf(owner))
    return
  }
  terminal.line(`${terminal.paint('green', '✔')} Removed: ${inWords(result.removed)}.`)
  const warn = (sentence: string) => terminal.line(`${terminal.paint('yellow', '!')} ${sentence}`)
  for (const { connection, notRevoked, remainingWebhooks } of result.disconnected) {
    for (const { token, reason, detail } of notRevoked)
      warn(`Not revoked: ${token} of ${connection} (${reason}). ${shownText(detail)}`)
    for (const { subscription, reason, detail } of remainingWebhooks)
      warn(`The webhook subscription ${subscription} may still exist (${reason}). ${shownText(detail)}`)
  }
  if (!result.isComplete)
    warn(`Remaining, for the service in the background, or for the same command again: ${inWords(result.remaining)}.`)
}
