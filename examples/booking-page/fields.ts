// Form fields: each with its label, with what was typed before, and with the sentence about what is wrong with it.

import { html } from 'hono/html'
import type { Html } from './page.ts'

/** A form as it was sent, or an empty one. */
export interface Form {
  readonly typed: URLSearchParams
  /** A sentence by the name of the field. */
  readonly problems: ReadonlyMap<string, string>
}

export interface Field {
  readonly name: string
  readonly label: string
  /** `if_shown`: the browser must not insist on a field that it may not show. The server does. */
  readonly required: boolean | 'if_shown'
}

export interface TextField extends Field {
  readonly type?: 'text' | 'email' | 'tel' | 'url' | 'number' | 'emails'
  readonly autocomplete?: string
}

export function textField(form: Form, { type = 'text', autocomplete, ...field }: TextField): Html {
  const { name, required } = field
  return html`<div class="field">
<label for="${idOf(name)}">${field.label}${optional(required)}</label>
<input id="${idOf(name)}" name="${name}" value="${form.typed.get(name) ?? ''}" ${kindOf(type)}${
    autocomplete ? html` autocomplete="${autocomplete}"` : ''
  }${insists(required)}${marks(form, name)}>
${problem(form, name)}
</div>`
}

export function longTextField(form: Form, { name, label, required }: Field): Html {
  return html`<div class="field">
<label for="${idOf(name)}">${label}${optional(required)}</label>
<textarea id="${idOf(name)}" name="${name}" rows="4"${insists(required)}${marks(form, name)}>
${form.typed.get(name) ?? ''}</textarea>
${problem(form, name)}
</div>`
}

export function checkbox(form: Form, { name, label }: Pick<Field, 'name' | 'label'>): Html {
  return html`<div class="field">
<label class="choice"><input type="checkbox" name="${name}" value="yes"${
    form.typed.has(name) ? ' checked' : ''
  }${marks(form, name)}> <span>${label}</span></label>
${problem(form, name)}
</div>`
}

export interface Choice {
  readonly value: string
  readonly label: string
  /** What belongs to this choice. It is shown while the choice is made. */
  readonly more?: Html
}

/** Several choices, of which one or some can be chosen. */
export function choices(
  form: Form,
  { name, label, required, several, options }: Field & { several: boolean; options: readonly Choice[] },
): Html {
  const chosen = form.typed.getAll(name)
  const type = several ? 'checkbox' : 'radio'
  const drawn = options.map(
    ({ value, label, more }, index) => html`<div class="option">
<label class="choice"><input type="${type}" name="${name}" value="${value}"${
      chosen.includes(value) ? ' checked' : ''
    }${several ? '' : insists(required)}${index === 0 ? focus(form, name) : ''}> <span>${label}</span></label>
${more ? html`<div class="more">${more}</div>` : ''}
</div>`,
  )
  return html`<fieldset class="field"${describedBy(form, name)}>
<legend>${label}${optional(required)}</legend>
${drawn}
${problem(form, name)}
</fieldset>`
}

function marks(form: Form, name: string): Html | '' {
  return form.problems.has(name) ? html` aria-invalid="true"${describedBy(form, name)}${focus(form, name)}` : ''
}

function describedBy({ problems }: Form, name: string): Html | '' {
  return problems.has(name) ? html` aria-describedby="${idOf(name)}-problem"` : ''
}

/** The first field with a problem gets the focus. */
function focus({ problems }: Form, name: string): string {
  return [...problems.keys()][0] === name ? ' autofocus' : ''
}

function problem({ problems }: Form, name: string): Html | '' {
  const sentence = problems.get(name)
  return sentence === undefined ? '' : html`<p class="problem" id="${idOf(name)}-problem">${sentence}</p>`
}

function insists(required: Field['required']): string {
  return required === true ? ' required' : ''
}

function optional(required: Field['required']): Html | '' {
  return required ? '' : html` <span class="quiet">(optional)</span>`
}

function kindOf(type: NonNullable<TextField['type']>): Html {
  if (type === 'emails') return html`type="email" multiple`
  return type === 'number' ? html`type="number" step="any"` : html`type="${type}"`
}

/** An id may have no white space. */
function idOf(name: string): string {
  return encodeURIComponent(name)
}
