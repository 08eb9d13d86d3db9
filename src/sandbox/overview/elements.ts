// The pieces that the overview is made of: tables, buttons that work without JavaScript, spans of time in words.

import { html } from 'hono/html'
import type { Html } from '../pages/layout.ts'

/** What a cell may hold. */
export type Cell = string | Html

/** A table, or "None." without rows. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  if (rows.length === 0) return html`<p class="hint">None.</p>`
  return html`<div class="scroll"><table>
<thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${row.map((cell) => html`<td class="${widthOf(cell)}">${cell}</td>`)}</tr>
`,
  )}</tbody>
</table></div>`
}

/** A form with one button; it posts to a control endpoint. */
export function button(action: string, label: string, fields: Record<string, string> = {}): Html {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return html`<form method="post" action="${action}">${hidden}<button>${label}</button></form>`
}

/** A choice among words. */
export function choice(name: string, label: string, values: readonly string[], chosen = ''): Html {
  return html`<select name="${name}" aria-label="${label}">${values.map(
    (value) => html`<option value="${value}"${value === chosen ? ' selected' : ''}>${value || 'any'}</option>`,
  )}</select>`
}

/** A number of seconds in words. */
export function lifeText(seconds: number): string {
  if (seconds <= 0) return 'ended'
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor((seconds % 86_400) / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (days > 0) return `${days} d ${hours} h`
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${Math.floor(seconds % 60)} s`
}

/** A moment, short. */
export function momentText(iso: string): string {
  return iso.slice(5, 19).replace('T', ' ')
}

/** Keeps short words on one line, and allows long ids to break anywhere. */
function widthOf(cell: Cell): string {
  if (typeof cell !== 'string') return ''
  return cell.length > 40 && !cell.includes(' ') ? 'long' : cell.length < 24 ? 'short' : ''
}
