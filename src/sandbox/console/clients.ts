// The apps that are registered at the providers: what each may do, and forms to register, change and renew.

import { html } from 'hono/html'
import type { Html } from '../pages/layout.ts'
import type { Client } from '../world/clients.ts'
import { type Cell, count, facts, notice, section, tag } from './elements.ts'
import { type Field, form } from './fields.ts'
import { grantsOf } from './grant-table.ts'
import { personName, providerName } from './names.ts'
import type { Page, Visit } from './visit.ts'

/** The page of the clients. */
export function clients(visit: Visit): Page {
  const { state } = visit.context.world
  const content = html`<h1>Clients</h1>
<p class="lead">An app is registered at a provider as a client. The secrets of the built-in ones are printed where the sandbox was started; it keeps no secret that it could show again.</p>
${visit.made === null ? '' : shownOnce(visit.made)}
${(['calendly', 'calcom'] as const).map((provider) =>
  section(
    provider,
    `At ${providerName(provider)}`,
    html`<div class="grid">${state.clients.filter((one) => one.provider === provider).map((one) => card(visit, one))}</div>`,
  ),
)}
${section('new', 'Register an app', html`<div class="grid">${atCalendly(visit)}${atCalcom(visit)}</div>`)}`
  return { title: 'Clients', under: '/clients', content }
}

/** What the control returns once. */
function shownOnce(made: Readonly<Record<string, unknown>>): Html {
  const { client, secret, webhookKey } = made
  const id = typeof client === 'object' && client !== null && 'id' in client ? client.id : client
  const text = (value: unknown): Cell | null => (typeof value === 'string' ? html`<code>${value}</code>` : null)
  return notice(
    'good',
    html`<p>Copy this now: it is shown this once.</p>
${facts([
  ['Client id', text(id)],
  ['Secret', text(secret)],
  ['Webhook key', text(webhookKey)],
])}`,
  )
}

const tones = { APPROVED: 'good', PENDING: 'warn', REJECTED: 'bad' } as const

function card(visit: Visit, client: Client): Html {
  const { provider, id, name, confidential, status, redirectUris, scopes, owner, trusted } = client
  const { world } = visit.context
  const users = grantsOf(visit.context).filter((one) => one.client === id && one.status === 'active').length
  const addresses =
    redirectUris === 'loopback'
      ? 'any http address on this machine, which only the sandbox allows'
      : html`<ul class="plain">${redirectUris.map((uri) => html`<li><code>${uri}</code></li>`)}</ul>`
  return html`<div class="card">
<div class="head"><h3>${name}</h3>${provider === 'calcom' ? tag(status.toLowerCase(), tones[status]) : ''}</div>
${facts([
  ['Client id', html`<code>${id}</code>`],
  ['Kind', confidential ? 'with a secret' : 'without a secret, with PKCE'],
  ['Returns to', addresses],
  ['Access', count(users, 'account')],
  ['Registered by', owner === null ? null : personName(world, provider, owner)],
  ['Consent', trusted === true ? 'skipped: the client is trusted' : null],
])}
<details><summary>${count(scopes.length, 'scope')}</summary><p class="hint">${scopes.join(' ')}</p></details>
${provider === 'calcom' ? change(visit, client) : ''}
${confidential ? renew(visit, client) : ''}
</div>`
}

function change(visit: Visit, { id, name, status }: Client): Html {
  const options = (['APPROVED', 'PENDING', 'REJECTED'] as const).map((value) => ({ value, label: value.toLowerCase() }))
  return form(visit, {
    id: `status-${id.slice(0, 12)}`,
    to: 'clients',
    button: 'Set the status',
    about: `of ${name}`,
    done: 'saved',
    fields: [
      { name: 'provider', label: '', kind: 'hidden', initial: 'calcom' },
      { name: 'id', label: '', kind: 'hidden', initial: id },
      { name: 'status', label: 'Status at Cal.com', kind: 'choice', initial: status, options },
    ],
  })
}

function renew(visit: Visit, { provider, id, name }: Client): Html {
  return form(visit, {
    id: `renew-${id.slice(0, 12)}`,
    to: 'scenarios',
    button: 'Replace the secret',
    about: `of ${name}`,
    fields: [
      { name: 'name', label: '', kind: 'hidden', initial: 'secret-replaced' },
      { name: 'app', label: '', kind: 'hidden', initial: `${provider}/${id}` },
    ],
  })
}

const common: readonly Field[] = [
  { name: 'name', label: 'Name', hint: 'What the consent page calls it.' },
  {
    name: 'redirectUris',
    label: 'Redirect URIs',
    kind: 'lines',
    initial: 'loopback',
    hint: 'One in each line, compared exactly; or “loopback” for any http address on this machine.',
  },
]

function atCalendly(visit: Visit): Html {
  const options = [
    { value: 'web', label: 'Web app, with a secret' },
    { value: 'native', label: 'Native app, with PKCE' },
  ]
  return html`<div class="card"><h3>At Calendly</h3>${form(visit, {
    id: 'register-calendly',
    to: 'clients',
    button: 'Register at Calendly',
    fields: [
      { name: 'provider', label: '', kind: 'hidden', initial: 'calendly' },
      ...common,
      { name: 'kind', label: 'Kind', kind: 'choice', options },
    ],
  })}</div>`
}

function atCalcom(visit: Visit): Html {
  const options = [
    { value: 'CONFIDENTIAL', label: 'Confidential, with a secret' },
    { value: 'PUBLIC', label: 'Public, with PKCE' },
  ]
  return html`<div class="card"><h3>At Cal.com</h3>${form(visit, {
    id: 'register-calcom',
    to: 'clients',
    button: 'Register at Cal.com',
    fields: [
      { name: 'provider', label: '', kind: 'hidden', initial: 'calcom' },
      ...common,
      { name: 'type', label: 'Kind', kind: 'choice', options },
    ],
  })}</div>`
}
