// Who did what to what, and what came of it: on these pages, by a command, or through the API.

import { html } from 'hono/html'
import type { AuditEntry, Page } from '../core/operator.ts'
import { addressOf, drawEmpty, drawPager, drawTag, drawTime } from './elements.ts'
import { drawHead, type Frame, type Html, page } from './layout.ts'

export interface ShownAudit {
  readonly audit: Page<AuditEntry>
  readonly after: string
  readonly now: number
}

export function auditPage(frame: Frame, { audit, after, now }: ShownAudit): Promise<Response> {
  const path = `${frame.base}/audit`
  const pager = drawPager({
    first: after === '' ? null : path,
    next: audit.cursor === null ? null : addressOf(path, { after: audit.cursor }),
    word: 'Older',
  })
  const content = html`${drawHead('Audit', { note: 'Who did what, newest first. It is kept for a year.' })}
<div id="list" data-live>
${audit.items.length === 0 ? drawEmpty('Nobody has done anything yet', 'Each action on these pages is written here, with its outcome.') : drawTable(frame, audit.items, now)}
</div>
${pager}`
  return page(frame, 200, 'Audit', content)
}

function drawTable(frame: Frame, entries: readonly AuditEntry[], now: number): Html {
  return html`<div class="card flush"><table class="stack">
<caption class="hidden">Audit</caption>
<thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">To what</th><th scope="col">Outcome</th></tr></thead>
<tbody>${entries.map(
    ({ at, actor, action, subject, outcome }) => html`<tr data-row="${at.getTime()} ${actor} ${action} ${subject}">
<td class="keep">${drawTime(at, now)}</td><td>${actor}</td><td><code>${action}</code></td><td>${drawSubject(frame, subject)}</td>
<td>${outcome === 'ok' ? drawTag('good', 'ok') : drawTag('warn', outcome)}</td></tr>`,
  )}</tbody>
</table></div>`
}

/** Connections and events have pages. */
function drawSubject({ base }: Frame, subject: string): Html {
  if (/^connection_[\w-]+$/.test(subject))
    return html`<a href="${base}/connections/${subject}"><code>${subject}</code></a>`
  if (/^(evt|chg)_[\w-]+$/.test(subject)) return html`<a href="${base}/events/${subject}"><code>${subject}</code></a>`
  return html`<code>${subject}</code>`
}
