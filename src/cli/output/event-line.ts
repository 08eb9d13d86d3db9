// One line for each event, for the terminal of a developer.

import type { PunctualEvent } from '../../core/events.ts'
import { inSettingWords } from '../../core/setting-words.ts'
import { shownText } from './shown-text.ts'

export function describeEvent(event: PunctualEvent): string {
  return `${event.at.toTimeString().slice(0, 8)}  ${shownText(inSettingWords(sentenceOf(event)))}`
}

function sentenceOf(event: PunctualEvent): string {
  switch (event.type) {
    case 'connection.created':
      return `${event.client}: connected (${event.connection})`
    case 'connection.recovered':
      return `${event.client}: connected again (${event.connection})`
    case 'connection.needs_reconnect':
      return `${event.client}: must be reconnected, ${event.reason} (${event.connection})`
    case 'connection.disconnected':
      return `${event.client}: disconnected, ${event.revoked ? 'revoked' : 'not revoked'} at the provider (${event.connection})`
    case 'connection.renewed':
      return `${event.client}: refreshed, generation ${event.generation} (${event.connection})`
    case 'grant.renewed':
      return `${event.client}: refreshed, generation ${event.generation}`
    case 'grant.journaled':
      return `${event.client}: refreshed, kept in the journal until the database is back`
    case 'attempt.journaled':
      return `${event.client}: an authorization is kept in the journal until the database is back`
    case 'client.misconfigured':
      return `${event.client}: the provider refuses the client, ${event.reason}`
    case 'client.recovered':
      return `${event.client}: the provider accepts the client again`
    case 'provider.unavailable':
      return `${event.client}: the provider is unavailable, ${event.reason}`
    case 'attempt.refused':
      return `${event.client}: not connected, ${event.reason}`
    case 'event.dead':
      return `${event.client}: ${event.of}${event.destination === '' ? '' : ` to ${event.destination}`} was given up, ${event.error} (punctual events replay ${event.event})`
    case 'webhook.received':
      return `${event.client}: ${event.name} (${event.connection})`
    case 'webhook.refused':
      return `${event.client}: a webhook was refused, ${event.reason}${event.connection === null ? '' : ` (${event.connection})`}`
    case 'webhook.renewed':
      return `${event.client}: subscribed to webhooks again, the earlier subscription was ${event.reason} (${event.connection})`
    case 'webhook.failing':
      return `${event.client}: the provider refuses the webhook subscription, ${event.reason} (${event.connection})`
    case 'fault':
      return `fault: ${event.message}`
  }
}
