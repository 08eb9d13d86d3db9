// What can be booked, and when: the steps before a form. Every choice is a link.

import { html } from 'hono/html'
import { utcInstant } from '../core/scheduling/instant.ts'
import type { EventType, Slot } from '../core/scheduling/model.ts'
import type { Scheduling } from '../core/scheduling/verbs.ts'
import type { Html } from './layout.ts'
import { textsIn, type ZonedTexts } from './time.ts'

const weekMs = 7 * 86_400_000
/** Slots on a page: more than a week has. */
export const mostSlots = 1000
/** Weeks that can be paged to. */
const lastWeek = 51

/** Draws the event types. One that cannot be booked says why. `hrefOf` takes an id. */
export function drawEventTypes(
  eventTypes: readonly EventType[],
  calendar: Pick<Scheduling, 'can'>,
  hrefOf: (id: string) => string,
): Html {
  if (eventTypes.length === 0) return html`<p class="empty">This account has nothing that can be booked.</p>`
  return html`<ul class="card list">${eventTypes.map((eventType) => {
    const can = calendar.can('book', eventType)
    const minutes = html`<span class="quiet">${eventType.durations[0]} minutes</span>`
    return can.yes
      ? html`<li><div><p><a href="${hrefOf(eventType.id)}"><strong>${eventType.name}</strong></a> ${minutes}</p></div></li>`
      : html`<li><div><p><strong>${eventType.name}</strong> ${minutes}</p><p class="quiet">${can.note ?? 'It cannot be booked here.'}</p></div></li>`
  })}</ul>`
}

/** Returns the seven days of that number, counted from now. */
export function weekOf(text: string | undefined, now: number): { week: number; from: Date; to: Date } {
  const week = Math.min(Math.max(Math.trunc(Number(text ?? 0)) || 0, 0), lastWeek)
  return { week, from: new Date(now + week * weekMs), to: new Date(now + (week + 1) * weekMs) }
}

/** Returns the start that an address or a form names; `null` if it names none. */
export function startIn(text: string | undefined): string | null {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? null : utcInstant(time)
}

export interface ShownSlots {
  readonly slots: readonly Slot[]
  readonly timeZone: string | null
  readonly week: number
  hrefOf(choice: { readonly start: string } | { readonly week: string }): string
}

/** Draws the free times of a week, by day. */
export function drawSlots({ slots, timeZone, week, hrefOf }: ShownSlots): Html {
  const texts = textsIn(timeZone)
  const days = Map.groupBy(slots, ({ start }) => texts.day(new Date(start)))
  return html`<section class="card times">
<p class="quiet">Times in ${texts.zone}</p>
${days.size === 0 ? html`<p>Nothing is free in these seven days.</p>` : ''}
${[...days].map(([day, ofDay]) => drawDay(day, ofDay, texts, hrefOf))}
<p class="weeks">${week > 0 ? html`<a href="${hrefOf({ week: String(week - 1) })}">Previous 7 days</a>` : ''} ${week < lastWeek ? html`<a href="${hrefOf({ week: String(week + 1) })}">Next 7 days</a>` : ''}</p>
</section>`
}

function drawDay(day: string, slots: readonly Slot[], texts: ZonedTexts, hrefOf: ShownSlots['hrefOf']): Html {
  return html`<h2>${day}</h2>
<ul class="slots">${slots.map(
    ({ start }) =>
      html`<li><a class="button" href="${hrefOf({ start })}" aria-label="${day}, ${texts.clock(new Date(start))}">${texts.clock(new Date(start))}</a></li>`,
  )}</ul>`
}
