// Writes into docs/guide/scheduling.md, between its marks, what each provider can do: from the capabilities of the providers.
// Usage: node tools/capabilities-table.ts            writes the table
//        node tools/capabilities-table.ts --check    fails if the page has another one

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Capability, type CapabilityFact, capabilities } from '../src/core/scheduling/capabilities.ts'
import type { ProviderScheduling } from '../src/core/scheduling/provider.ts'
import { scheduling as calcom } from '../src/providers/calcom/scheduling.ts'
import { documentedApi, schedulingAt } from '../src/providers/calendly/scheduling.ts'

const page = join(import.meta.dirname, '../docs/guide/scheduling.md')
const [open, close] = ['<!-- capabilities -->', '<!-- /capabilities -->']

const providers: ReadonlyMap<string, Pick<ProviderScheduling, 'capabilities'>> = new Map([
  ['Calendly', schedulingAt(documentedApi)],
  ['Cal.com', calcom],
])

/** What each capability is about. */
const meanings: Readonly<Record<Capability, string>> = {
  'eventTypes.read': '`eventTypes`, `eventType`',
  'eventTypes.write': 'create and change event types',
  'schedules.read': '`schedules`',
  'schedules.write': 'create and change schedules',
  slots: '`slots`',
  'slots.public': 'slots without a connected account',
  hold: '`hold`',
  book: '`book`',
  'book.chooseDuration': '`durationMinutes`, for event types with several lengths',
  'book.guests': '`guests`',
  'book.metadata': '`metadata`',
  'book.reference': '`reference`',
  'bookings.read': '`bookings`, `booking`',
  reschedule: '`reschedule` without `allow`',
  cancel: '`cancel`',
  'cancel.attendee': '`cancel` with `attendee`',
  'cancel.series': '`cancel` with `following`',
  noShow: '`markNoShow` of an attendee',
  'noShow.host': '`markNoShow` of the host',
  approval: 'the host confirms or declines',
  recurrence: 'bookings in series',
  seats: 'several attendees in one slot',
  'forms.read': 'routing forms and their submissions',
  'events.booking': 'events: booked, moved, cancelled',
  'events.noShow': 'events: did not come',
  'events.eventType': 'webhooks: event types',
  'events.meeting': 'webhooks: meetings begin and end',
  'events.payment': 'webhooks: payments',
}

export function capabilitiesTable(): string {
  const titles = [...providers.keys()]
  const rows = capabilities.map((name) => {
    const cells = [...providers.values()].map((of) => cellOf(of.capabilities[name]))
    return `| \`${name}\` | ${[meanings[name], ...cells].join(' | ')} |`
  })
  const head = ['capability', 'what', ...titles]
  return [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows].join('\n')
}

function cellOf(fact: CapabilityFact): string {
  if (fact.how === 'none') return `**no.** ${fact.note}`
  const yes = fact.how === 'native' ? 'yes.' : 'yes, by other means.'
  const scopes = fact.scopes.map((scope) => `\`${scope}\``).join(' ')
  return [yes, fact.note, scopes].filter(Boolean).join(' ')
}

/** The page with the table between its marks. */
export function pageWithTable(text: string): string {
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start < 0 || end < start) throw new Error(`docs/guide/scheduling.md has no ${open} … ${close}`)
  return `${text.slice(0, start + open.length)}\n\n${capabilitiesTable()}\n\n${text.slice(end)}`
}

if (import.meta.main) {
  const text = readFileSync(page, 'utf8')
  const whole = pageWithTable(text)
  if (!process.argv.includes('--check')) writeFileSync(page, whole)
  else if (whole !== text) {
    console.error(
      'docs/guide/scheduling.md: the table of capabilities is stale. Write it with: npm run docs:capabilities',
    )
    process.exitCode = 1
  }
}
