// Draws an API's JSON answer for a person: a list as a table, an object as pairs, and the whole as it came below.

import { html } from 'hono/html'
import type { Html } from './layout.ts'

const rowsShown = 5
const columnsShown = 5

/** The part of an answer that matters, drawn small. `fields` are the members to show. */
export function drawAnswer(json: unknown, fields?: readonly string[]): Html {
  const subject = subjectOf(json)
  return html`${Array.isArray(subject) ? drawList(subject, fields) : drawPairs(subject, fields)}
<details><summary>The whole answer</summary><pre tabindex="0">${asText(json)}</pre></details>`
}

/** Providers wrap what they answer: the list in it, or else the object in it, is what a person looks for. */
function subjectOf(json: unknown): unknown {
  if (!isObject(json)) return json
  const members = Object.values(json)
  return members.find(Array.isArray) ?? members.find(isObject) ?? json
}

function drawList(list: readonly unknown[], fields?: readonly string[]): Html {
  if (list.length === 0) return html`<p class="quiet">An empty list.</p>`
  const rows = list.slice(0, rowsShown).map((row) => (isObject(row) ? row : { value: row }))
  const columns = columnsOf(rows, fields)
  const more = list.length - rows.length
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${columns.map((column) => html`<th scope="col">${label(column)}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${columns.map((column) => html`<td>${cell(row[column])}</td>`)}</tr>`)}</tbody>
</table></div>${more > 0 ? html`<p class="quiet">and ${more} more</p>` : ''}`
}

function drawPairs(subject: unknown, fields?: readonly string[]): Html {
  if (!isObject(subject)) return html`<p>${cell(subject)}</p>`
  const columns = columnsOf([subject], fields)
  return html`<dl class="facts">${columns.map(
    (column) => html`<div><dt>${label(column)}</dt><dd>${cell(subject[column])}</dd></div>`,
  )}</dl>`
}

function columnsOf(rows: readonly Record<string, unknown>[], fields?: readonly string[]): readonly string[] {
  const there = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const wanted = fields?.filter((field) => there.includes(field)) ?? []
  if (wanted.length > 0) return wanted
  return there.filter((name) => rows.some((row) => isShort(row[name]))).slice(0, columnsShown)
}

function isShort(value: unknown): boolean {
  return (typeof value === 'string' && value.length <= 60) || typeof value === 'number' || typeof value === 'boolean'
}

function cell(value: unknown): string {
  const text = flat(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function flat(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(flat).join(', ')
  if (isObject(value)) return Object.values(value).map(flat).join(' ')
  return String(value)
}

/** `scheduling_url` and `timeZone` as words. */
function label(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  const shown = words.replace(/\b(url|uri|id)\b/g, (word) => word.toUpperCase())
  return shown.charAt(0).toUpperCase() + shown.slice(1)
}

function asText(json: unknown): string {
  const text = JSON.stringify(json, null, 2) ?? ''
  return text.length > 20_000 ? `${text.slice(0, 20_000)}\n…` : text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
