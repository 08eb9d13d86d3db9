// Forms that post to the control. A form that was refused shows what was typed, and the reason beside its field.

import { html } from 'hono/html'
import type { Html } from '../pages/layout.ts'
import type { Visit } from './visit.ts'

/** One thing that can be chosen; those of one group stand together. */
export interface Option {
  readonly value: string
  readonly label: string
  readonly group?: string
}

/** One field of a form. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly kind?: 'text' | 'number' | 'lines' | 'choice' | 'hidden'
  readonly initial?: string
  readonly hint?: string
  readonly options?: readonly Option[]
  readonly size?: 'small' | 'wide'
  /** Other names by which the control may complain about it. */
  readonly alias?: readonly string[]
}

/** One form. */
export interface Form {
  /** Unique on its page. */
  readonly id: string
  /** Where it is posted, below `/control/`. */
  readonly to: string
  readonly button: string
  /** More words for the button, for those who do not see what stands around it. */
  readonly about?: string
  readonly tone?: 'primary' | 'danger'
  readonly fields?: readonly Field[]
  /** The page after success, with `:id` for the id of what was made; default: this page. */
  readonly next?: string
  /** The notice after success. */
  readonly done?: string
}

/** A form, with its draft if it was refused. */
export function form(visit: Visit, { fields = [], ...rest }: Form): Html {
  const { id, to, button, about, tone } = rest
  const here = visit.query.size === 0 ? visit.path : `${visit.path}?${visit.query}`
  const draft = visit.draft?.form === id ? visit.draft : null
  const own = {
    _page: here,
    _form: id,
    ...(rest.next ? { _next: rest.next } : {}),
    ...(rest.done ? { _done: rest.done } : {}),
  }
  const hidden = [...Object.entries(own), ...fields.filter(isHidden).map(({ name, initial = '' }) => [name, initial])]
  const shown = fields.filter((field) => !isHidden(field))
  const field = draft?.problem.field ?? null
  const isPlaced = field !== null && shown.some((one) => names(one).includes(field))
  return html`<form method="post" action="/control/${to}" id="${id}" novalidate>
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${draft !== null && !isPlaced && shown.length > 0 ? html`<p class="why" role="alert">${draft.problem.wanted}</p>` : ''}
${shown.length === 0 ? '' : html`<div class="fields">${shown.map((one) => fieldOf(visit, id, one))}</div>`}
<button class="${tone ?? ''}">${button}${about === undefined ? '' : html`<span class="hidden"> ${about}</span>`}</button>
</form>`
}

/** A form that filters the page by its query. */
export function filter(visit: Visit, label: string, fields: readonly Field[]): Html {
  const isSet = fields.some(({ name }) => visit.query.get(name))
  return html`<form method="get" class="filter" role="search" aria-label="${label}">
${fields.map((one) => fieldOf(visit, 'filter', { ...one, initial: visit.query.get(one.name) ?? one.initial ?? '' }))}
<button>Show</button>${isSet ? html`<a class="button" href="${visit.path}">Show all</a>` : ''}
</form>`
}

function isHidden({ kind }: Field): boolean {
  return kind === 'hidden'
}

function names({ name, alias = [] }: Field): readonly string[] {
  return [name, ...alias]
}

function fieldOf(visit: Visit, form: string, field: Field): Html {
  const { name, label, hint, size } = field
  const id = `${form}-${name.replace('.', '-')}`
  const draft = visit.draft?.form === form ? visit.draft : null
  const value = draft?.values.get(name) ?? field.initial ?? ''
  const problem = draft?.problem
  const error = problem?.field && names(field).includes(problem.field) ? problem.wanted : null
  const notes = [...(hint === undefined ? [] : [`${id}-hint`]), ...(error === null ? [] : [`${id}-error`])]
  const described = notes.length === 0 ? '' : html` aria-describedby="${notes.join(' ')}"`
  const attributes = html` id="${id}" name="${name}"${described}${error === null ? '' : html` aria-invalid="true" autofocus`}`
  return html`<div class="field ${size ?? ''}">
<label for="${id}">${label}</label>
${control(field, value, attributes)}
${hint === undefined ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}
${error === null ? '' : html`<p class="error" role="alert" id="${id}-error">${error}</p>`}
</div>`
}

function control({ kind = 'text', options = [] }: Field, value: string, attributes: Html): Html {
  if (kind === 'choice') return html`<select${attributes}>${grouped(options, value)}</select>`
  if (kind === 'lines') return html`<textarea${attributes} rows="3">${value}</textarea>`
  return html`<input${attributes} value="${value}" autocomplete="off"${kind === 'number' ? html` inputmode="decimal"` : ''}>`
}

function grouped(options: readonly Option[], chosen: string): Html[] {
  const option = ({ value, label }: Option): Html =>
    html`<option value="${value}"${value === chosen ? ' selected' : ''}>${label}</option>`
  const groups = [...new Set(options.map(({ group }) => group))]
  return groups.map((group) => {
    const list = options.filter((one) => one.group === group).map(option)
    return group === undefined ? html`${list}` : html`<optgroup label="${group}">${list}</optgroup>`
  })
}
