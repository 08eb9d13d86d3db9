// The life of a connection and of the grant that it rests on, in words, the newest first.

import { html } from 'hono/html'
import type { HistoryKind, HistoryPage } from '../core/operator.ts'
import { addressOf, drawEmpty, drawPager, drawTime, type Tone } from './elements.ts'
import type { Html } from './layout.ts'

const tones: Readonly<Record<HistoryKind, Tone>> = {
  connected: 'good',
  reconnected: 'good',
  refreshed: 'good',
  refresh_failed: 'warn',
  fallback_kept: 'plain',
  fallback_used: 'warn',
  refresh_lost: 'warn',
  healed: 'good',
  needs_reconnect: 'bad',
  disconnected: 'plain',
  other: 'plain',
}

/** `path`: of the page that shows it; `after`: the cursor of this page of it. */
export function drawTimeline(
  { items, cursor, nextRefreshAt, isRefreshing }: HistoryPage,
  { path, after, now }: { readonly path: string; readonly after: string; readonly now: number },
): Html {
  const isFirst = after === ''
  if (items.length === 0 && nextRefreshAt === null)
    return drawEmpty('Nothing is known', 'The life of a grant is kept for 90 days.')
  const next = isRefreshing
    ? html`<li class="ahead"><p>A process is refreshing the tokens now.</p></li>`
    : nextRefreshAt === null
      ? ''
      : html`<li class="ahead"><p>The next refresh is due ${drawTime(nextRefreshAt, now)}.</p></li>`
  const pager = drawPager({
    first: isFirst ? null : path,
    next: cursor === null ? null : addressOf(path, { after: cursor }),
    word: 'Earlier',
  })
  return html`<ol class="card timeline">${isFirst ? next : ''}${items.map(
    ({ at, kind, sentence }) =>
      html`<li class="${tones[kind]}" data-row="${kind}${at.getTime()}"><p>${sentence}</p><p class="quiet">${drawTime(at, now)}</p></li>`,
  )}</ol>
${pager}`
}
