// Attempts to connect an account that failed, in words.

import { html } from 'hono/html'
import type { FailedAttempt, Page } from '../core/operator.ts'
import type { Client } from '../core/provider.ts'
import { attemptMeaning } from './attempt-meanings.ts'
import { addressOf, drawDotted, drawEmpty, drawPager, drawRows, drawTime } from './elements.ts'
import { drawHead, type Frame, page } from './layout.ts'
import { clientTitle } from './names.ts'

export interface ShownAttempts {
  readonly attempts: Page<FailedAttempt>
  readonly after: string
  readonly clients: readonly Client[]
  readonly now: number
}

export function attemptsPage(frame: Frame, { attempts, after, clients, now }: ShownAttempts): Promise<Response> {
  const path = `${frame.base}/attempts`
  const rows = attempts.items.map(({ at, client, owner, reason }) => ({
    key: `${at.getTime()} ${client} ${owner} ${reason}`,
    title: html`<code>${reason}</code>`,
    details: [
      attemptMeaning(reason),
      drawDotted([clientTitle(clients, client), owner === null ? '' : `owner ${owner}`, drawTime(at, now)]),
    ],
  }))
  const pager = drawPager({
    first: after === '' ? null : path,
    next: attempts.cursor === null ? null : addressOf(path, { after: attempts.cursor }),
    word: 'Older',
  })
  const content = html`${drawHead('Attempts', { note: 'Attempts to connect an account that failed, newest first. They are kept for 30 days.' })}
<div id="list" data-live>
${rows.length === 0 ? drawEmpty('No attempt has failed', 'Everybody has come back with a connection, or is still at the provider.') : drawRows(rows)}
</div>
${pager}`
  return page(frame, 200, 'Attempts', content)
}
