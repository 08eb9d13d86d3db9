// Errors by code, reason and client: how often, first and last seen, what they say, and the connections that they touched.

import { html } from 'hono/html'
import type { ErrorGroup, Page } from '../core/operator.ts'
import type { Client } from '../core/provider.ts'
import { figure } from './chart.ts'
import { addressOf, drawDotted, drawEmpty, drawPager, drawRows, drawTime } from './elements.ts'
import { drawHead, type Frame, type Html, page } from './layout.ts'
import { clientTitle } from './names.ts'

interface Shown {
  readonly frame: Frame
  readonly clients: readonly Client[]
  readonly now: number
}

export function drawErrorGroups({ frame, clients, now }: Shown, groups: readonly ErrorGroup[]): Html {
  if (groups.length === 0) return drawEmpty('No errors', 'What fails is grouped here by its cause.')
  return drawRows(
    groups.map(({ id, code, reason, client, count, firstAt, lastAt, sentence, connections }) => ({
      key: id,
      title: html`<code>${code}${reason === null ? '' : ` · ${reason}`}</code>`,
      details: [
        sentence,
        drawDotted([
          client === null ? '' : clientTitle(clients, client),
          html`last ${drawTime(lastAt, now)}`,
          html`first ${drawTime(firstAt, now)}`,
          connections === 0
            ? ''
            : html`<a href="${frame.base}${addressOf('/connections', { error: id })}">${touched(connections)}</a>`,
        ]),
      ],
      side: html`<span class="figure">${figure(count)}×</span>`,
    })),
  )
}

export function errorsPage(shown: Shown, { items, cursor }: Page<ErrorGroup>, isFirst: boolean): Promise<Response> {
  const { frame } = shown
  const path = `${frame.base}/errors`
  const pager = drawPager({
    first: isFirst ? null : path,
    next: cursor === null ? null : addressOf(path, { after: cursor }),
    word: 'Older',
  })
  const content = html`${drawHead('Errors', { note: 'By their cause, those seen last first. They are kept for 30 days.' })}
<div id="error-list" data-live>${drawErrorGroups(shown, items)}</div>
${pager}`
  return page(frame, 200, 'Errors', content)
}

function touched(connections: number): string {
  if (connections >= 1000) return '1,000 or more connections'
  return connections === 1 ? '1 connection' : `${connections} connections`
}
