// Explains the members of a schema for a person: name, type, whether it is required, and what it means.

import { html } from 'hono/html'

type Html = ReturnType<typeof html>

/** What is read of a schema of the document, as JSON Schema 2020-12 writes it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly required?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly description?: string
}

/** Every named schema of the document. */
export type Schemas = Readonly<Record<string, Schema>>

const referenced = /^#\/components\/schemas\/(\w+)$/

/** Returns the schema that a reference leads to. */
export function resolved(schema: Schema, schemas: Schemas): Schema {
  const [, name = ''] = referenced.exec(schema.$ref ?? '') ?? []
  return schemas[name] ?? schema
}

/** Explains the members; for one of several forms, those of each. */
export function explained(schema: Schema): Html {
  const forms = schema.oneOf ?? schema.anyOf
  if (forms?.some(hasMembers))
    return html`${forms.map((form) => html`<div class="form">${form.$ref ? html`<p>${typeOf(form)}</p>` : explained(form)}</div>`)}`
  if (!hasMembers(schema)) return html`<p>${typeOf(schema)}. ${schema.description ?? ''}</p>`
  const { properties = {}, required = [] } = schema
  return html`<dl>${Object.entries(properties).map(
    ([name, member]) => html`
<dt><code>${name}</code> <span class="quiet">${typeOf(member)}${required.includes(name) ? ', required' : ''}</span></dt>
<dd>${meaningOf(member)}${below(member)}</dd>`,
  )}
</dl>`
}

const hasMembers = ({ properties, oneOf, anyOf }: Schema): boolean =>
  properties !== undefined || [...(oneOf ?? []), ...(anyOf ?? [])].some((form) => form.properties !== undefined)

/** The members of an object, or of the items of a list, that has no name of its own. */
function below(schema: Schema): Html | '' {
  const inner = schema.items ?? schema
  return hasMembers(inner) ? explained(inner) : ''
}

function meaningOf({ description, allOf, items }: Schema): string {
  return description ?? allOf?.find((one) => one.description)?.description ?? items?.description ?? ''
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
}

/** The type in words, with a link to a named schema. */
export function typeOf(schema: Schema): Html {
  const [, name] = referenced.exec(schema.$ref ?? '') ?? []
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`
  const { allOf, anyOf, oneOf, items, type, additionalProperties: others } = schema
  const forms = allOf?.filter((one) => one.$ref) ?? anyOf ?? oneOf
  if (forms && forms.length > 0) return joined(forms.map(typeOf))
  if (schema.const !== undefined) return html`${JSON.stringify(schema.const)}`
  if (schema.enum) return joined(schema.enum.map((word) => html`${JSON.stringify(word)}`))
  if (items) return html`list of ${typeOf(items)}`
  if (typeof others === 'object') return html`object with ${typeOf(others)} by name`
  const types = [type ?? []].flat().map((one) => html`${nouns[one] ?? one}`)
  return types.length === 0 ? html`anything` : html`${joined(types)}${rangeOf(schema)}`
}

function rangeOf({ format, minimum, maximum }: Schema): string {
  if (format === 'date-time') return ', an instant'
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return `, ${minimum} to ${maximum}`
  return ''
}

function joined(words: readonly Html[]): Html {
  return html`${words.map((word, index) => (index === 0 ? word : html` or ${word}`))}`
}
