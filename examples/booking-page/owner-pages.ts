// The owner's page: sign in, connect an account, choose how bookings are moved. It shows when to connect again.

import type { Hono } from 'hono'
import { html } from 'hono/html'
import type { Client, ConnectionFacts } from 'punctual'
import type { Sessions } from '../your-app/sessions.ts'
import { type Html, page } from './page.ts'
import { isOwner, type Salons } from './salon.ts'

export interface OwnerPages {
  readonly sessions: Sessions
  readonly salons: Salons
  readonly clients: readonly Client[]
}

export function addOwnerPages(app: Hono, { sessions, salons, clients }: OwnerPages): void {
  app.get('/', async (c) => {
    const owner = sessions.personOf(c.req.header('cookie'))
    if (owner === null) return c.html(signInPage())
    const connection = await salons.connectionOf(owner)
    const content = connection
      ? connectedView(owner, connection, salons.rebooks(owner))
      : html`<p class="lead">Connect your calendar, and visitors can book your services.</p>${connectLinks(clients)}`
    return c.html(page('Your salon', html`<h1>Your salon</h1>${outcome(c.req.query('error'))}${content}`))
  })

  app.post('/login', async (c) => {
    const { person } = await c.req.parseBody()
    const name = typeof person === 'string' ? person.trim() : ''
    if (!isOwner(name)) return c.html(signInPage('Please enter your name, of at most 255 characters.'), 422)
    c.header('set-cookie', sessions.signIn(name))
    return c.redirect('/', 303)
  })

  app.post('/settings', async (c) => {
    const owner = sessions.personOf(c.req.header('cookie'))
    if (owner !== null) salons.setRebooks(owner, (await c.req.parseBody()).rebook === 'yes')
    return c.redirect('/', 303)
  })

  app.post('/disconnect', async (c) => {
    const owner = sessions.personOf(c.req.header('cookie'))
    if (owner !== null) await salons.disconnect(owner)
    return c.redirect('/', 303)
  })
}

function signInPage(problem?: string): Html {
  return page(
    'Sign in',
    html`<h1>Sign in</h1>
${problem === undefined ? '' : html`<p class="notice bad" role="alert">${problem}</p>`}
<form method="post" action="/login">
<div class="field"><label for="person">Your name</label><input id="person" name="person" required maxlength="255" autocomplete="username"></div>
<p class="actions"><button class="primary">Sign in</button></p>
</form>`,
  )
}

function connectedView(owner: string, { account, status, client }: ConnectionFacts, rebooks: boolean): Html {
  const address = `/salons/${encodeURIComponent(owner)}`
  const about = [account.name, account.email].filter(Boolean).join(', ')
  return html`${
    status === 'active'
      ? html`<p class="lead">Connected: ${about}</p>
<p class="actions"><a class="button primary" href="${address}">Open your booking page</a></p>`
      : html`<p class="notice bad" role="alert">Your calendar is not connected any more, and nobody can book. <a href="${connectAddress(client)}">Connect ${about} again</a></p>`
  }
<form method="post" action="/settings" class="panel">
<h2>When a visitor moves a booking</h2>
<p>Some calendars leave this to the visitor, on a page of theirs. You can have it done here instead: the new time is booked, then the old one is cancelled. The visitor gets a mail about each.</p>
<p><label class="choice"><input type="checkbox" name="rebook" value="yes"${rebooks ? ' checked' : ''}> <span>Book again and cancel, where a booking cannot be moved</span></label></p>
<p class="actions"><button>Save</button></p>
</form>
<form method="post" action="/disconnect"><p class="actions"><button>Disconnect</button></p></form>`
}

function connectLinks(clients: readonly Client[]): Html {
  const links = clients.map(
    ({ id, provider }) => html`<a class="button primary" href="${connectAddress(id)}">Connect ${provider.title}</a>`,
  )
  return html`<p class="actions">${links}</p>`
}

function connectAddress(client: string): string {
  return `/integrations/connect/${encodeURIComponent(client)}?returnTo=/`
}

function outcome(error: string | undefined): Html | '' {
  if (!error) return ''
  const sentence = error === 'access_denied' ? 'You did not give access.' : 'Your calendar was not connected.'
  return html`<p class="notice bad" role="alert">${sentence}</p>`
}
