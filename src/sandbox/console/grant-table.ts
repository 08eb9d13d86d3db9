// What people have allowed apps to do, and how long the tokens work.

import { html } from 'hono/html'
import type { ControlContext } from '../control/call.ts'
import { type ShownGrant, shownGrants } from '../control/grants.ts'
import type { Html } from '../pages/layout.ts'
import { type Cell, table, tag } from './elements.ts'
import { form } from './fields.ts'
import { appName, personLink, personName, providerTag } from './names.ts'
import { spanText } from './times.ts'
import type { Visit } from './visit.ts'

/** The grants, newest first; those that are active before those that have ended. */
export function grantsOf({ world }: ControlContext): ShownGrant[] {
  const grants = shownGrants(world.state, world.now()).reverse()
  return grants.sort((a, b) => Number(b.status === 'active') - Number(a.status === 'active'))
}

/** A table of grants. */
export function grantTable(visit: Visit, grants: readonly ShownGrant[]): Html {
  const { world } = visit.context
  const rows = grants.map((grant): Cell[] => {
    const { id, provider, account, client } = grant
    const isActive = grant.status === 'active'
    const app = appName(world, provider, client)
    return [
      html`${personLink(world, provider, account)} ${providerTag(provider)}`,
      html`${app}<span class="quiet">${scopeText(grant.scopes)}</span>`,
      isActive
        ? html`access: ${left(grant.accessExpiresIn)}<span class="quiet">refresh: ${grant.refreshExpiresIn === null ? 'works once, does not end' : left(grant.refreshExpiresIn)}</span>`
        : '',
      isActive ? tag('active', 'good') : html`${tag('ended', 'bad')}<span class="quiet">${grant.reason ?? ''}</span>`,
      isActive
        ? form(visit, {
            id: `revoke-${id}`,
            to: `grants/${id}/revoke`,
            button: 'Revoke',
            about: `the access of ${app} to ${personName(world, provider, account)}`,
            done: 'revoked',
          })
        : '',
    ]
  })
  const columns = (['Person', 'App', 'Tokens', 'State'] as const).map((head) => ({
    head,
    is: head === 'Person' ? ('keep' as const) : undefined,
  }))
  return table('Access given to apps', [...columns, { head: 'Revoke', is: 'act' }], rows)
}

function left(seconds: number): Cell {
  return seconds <= 0 ? html`<span class="why">has ended</span>` : `${spanText(seconds)} left`
}

function scopeText(scopes: readonly string[]): string {
  const shown = scopes.slice(0, 3).join(' ')
  if (scopes.length === 0) return 'no scope'
  return scopes.length > 3 ? `${shown} and ${scopes.length - 3} more` : shown
}
