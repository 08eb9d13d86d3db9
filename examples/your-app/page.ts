// Stands in for the pages that your application has already: who is signed in, what is connected, where to connect.

import type { ConnectionFacts } from 'punctual'

export interface HomePage {
  /** The person who is signed in, or `null`. */
  readonly person: string | null
  readonly connections: readonly ConnectionFacts[]
  /** The id of the client to connect with. */
  readonly client: string
  /** `error` in the query of the address at which the person has come back. */
  readonly error: string | null | undefined
}

export function homePage({ person, connections, client, error }: HomePage): string {
  const body =
    person === null ? signInForm : `<p>Signed in as ${escaped(person)}.</p>${outcome(error)}${list()}${link()}`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Your app</title><h1>Your app</h1>${body}</html>`

  function list(): string {
    return connections.map((connection) => `<p>${described(connection)}</p>`).join('')
  }

  function link(): string {
    return `<p><a href="/integrations/connect/${client}?returnTo=/">Connect an account</a></p>`
  }
}

const signInForm =
  '<form method="post" action="/login"><label>Your name <input name="person" required></label> <button>Sign in</button></form>'

function described({ account, status }: ConnectionFacts): string {
  const about = escaped([account.name, account.email, account.timeZone].filter(Boolean).join(', ') || account.id)
  return status === 'active'
    ? `Connected: ${about}. <a href="/account">Ask the provider</a>`
    : `No longer connected: ${about}. Connect it again:`
}

function outcome(error: string | null | undefined): string {
  if (!error) return ''
  return `<p role="alert">${error === 'access_denied' ? 'You did not give access.' : 'Your account was not connected.'}</p>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
