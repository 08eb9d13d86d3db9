// What the connect page shows: where an account can be connected, which account is to be reconnected, or what to do when
// neither is possible. It has no script: each button is a form that leads to the same address with `?client=`.

import { html, raw } from 'hono/html'
import type { ClientState } from '../../client-states.ts'
import type { Connection } from '../../connection.ts'
import { type Client, titleOf } from '../../core/provider.ts'
import { abilitiesOf } from './abilities.ts'
import type { Look } from './branding.ts'
import type { Language } from './language.ts'
import { fill, type Texts, textsOf } from './texts.ts'

/** A piece of escaped HTML. */
type Html = ReturnType<typeof html>

/** One way to connect, and what is known of it. */
export interface Choice {
  readonly client: Client
  readonly scopes: readonly string[]
  readonly state: ClientState
}

export interface Content {
  readonly status: number
  readonly title: string
  readonly main: Html
  /** The name of the application; `null` where it is not known. */
  readonly app: string | null
  readonly minutesLeft?: number
}

/** The texts of one language with the application's name. */
export interface Voice {
  readonly texts: Texts
  readonly app: string
}

/** Lists where an account can be connected. */
export function choicePage(voice: Voice, choices: readonly Choice[], minutesLeft: number): Content {
  const { texts, app } = voice
  const [only, ...others] = choices
  const values = { app, provider: only ? titleOf(only.client) : '' }
  const isOne = others.length === 0
  const title = fill(isOne ? texts.connectAt : texts.connect, values)
  const main = html`<h1>${title}</h1>
<p class="intro">${fill(isOne ? texts.introAt : texts.intro, values)}</p>
${choices.map((choice) => drawChoice(voice, choice, { heading: !isOne, button: texts.continue, open: isOne }))}`
  return { status: 200, title, main, app, minutesLeft }
}

/** Names the account and has one button. */
export function repairPage(voice: Voice, connection: Connection, choice: Choice, minutesLeft: number): Content {
  const { texts, app } = voice
  const { name, email, id } = connection.account
  const values = { app, provider: titleOf(choice.client), account: name ?? email ?? id }
  const title = fill(texts.reconnect, values)
  const added = choice.scopes.filter((scope) => !connection.scopes.includes(scope))
  const more = added.length === 0 ? '' : drawAdded(voice, connection, choice, added)
  const main = html`<h1>${title}</h1>
${name !== null && email !== null ? html`<p class="account">${email}</p>` : ''}
<p class="intro">${fill(connection.status === 'active' ? texts.again : texts.ended, values)}</p>
${drawChoice(voice, choice, { heading: false, button: texts.reconnectAt, open: added.length === 0, more })}`
  return { status: 200, title, main, app, minutesLeft }
}

/** What the connection could not do so far. A scope whose words are there already is named. */
function drawAdded(
  { texts, app }: Voice,
  connection: Connection,
  { client, scopes }: Choice,
  added: readonly string[],
): Html {
  const before = abilitiesOf(client, connection.scopes).known
  const words = abilitiesOf(client, scopes).known.filter((ability) => !before.includes(ability))
  const list =
    words.length > 0
      ? words.map((ability) => html`<li>${texts.abilities[ability]}</li>`)
      : added.map((scope) => html`<li><code>${scope}</code></li>`)
  return html`<div class="notice added"><p>${fill(texts.adds, { app })}</p><ul>${list}</ul></div>`
}

/** Says that the account of this session is connected, and leads back. */
export function completedPage({ texts, app }: Voice, returnTo: string): Content {
  const main = drawNote(texts.completedTitle, texts.completed, drawBack(texts, app, returnTo))
  return { status: statusOf.completed, title: texts.completedTitle, main, app }
}

const statusOf = {
  unknown: 404,
  completed: 410,
  gone: 404,
  unavailable: 503,
  nowhere: 404,
  link: 400,
  otherBrowser: 400,
  repeated: 400,
  pending: 503,
} as const

export type Problem = keyof typeof statusOf

/** Says what to do where nothing can be connected. */
export function problemPage(texts: Texts, which: Problem, look: Pick<Look, 'name' | 'homeUrl'>): Content {
  const title = texts[`${which}Title`]
  const { name, homeUrl } = look
  const back = homeUrl === null ? '' : drawBack(texts, name ?? new URL(homeUrl).host, homeUrl)
  return { status: statusOf[which], title, main: drawNote(title, texts[which], back), app: null }
}

function drawBack(texts: Texts, app: string, address: string): Html {
  return html`<p><a href="${address}" rel="noreferrer">${fill(texts.back, { app })}</a></p>`
}

function drawNote(title: string, sentence: string, more: Html | '' = ''): Html {
  return html`<section class="card alone">
<h1>${title}</h1>
<p>${sentence}</p>
${more}
</section>`
}

interface Drawing {
  readonly heading: boolean
  readonly button: string
  /** Whether the list is unfolded. */
  readonly open: boolean
  /** Shown between the button and the list. */
  readonly more?: Html | ''
}

/** The button comes first, so that it is in sight on a phone; what it leads to can be unfolded below it. */
function drawChoice({ texts, app }: Voice, { client, scopes, state }: Choice, drawing: Drawing): Html {
  const { heading, button, open, more = '' } = drawing
  const title = titleOf(client)
  const values = { app, provider: title }
  const [name, warning] = [`name-${client.id}`, `state-${client.id}`]
  return html`<section class="card client"${heading ? html` aria-labelledby="${name}"` : ''}>
${heading ? html`<h2 id="${name}">${title}</h2>` : ''}
${state === 'usable' ? '' : html`<p class="notice warn" id="${warning}">${fill(state === 'provider_away' ? texts.away : texts.refused, values)}</p>`}
<form method="get">
<input type="hidden" name="client" value="${client.id}">
<button class="primary"${state === 'usable' ? '' : html` aria-describedby="${warning}"`}><span class="mark" aria-hidden="true">${markOf(title)}</span><span>${fill(button, values)}</span></button>
</form>
${more}
<details${open ? ' open' : ''}><summary>${fill(texts.able, values)}</summary>
${drawAbilities(texts, client, scopes)}
</details>
<p class="quiet">${fill(texts.safe, values)}</p>
</section>`
}

/** What these scopes allow, in plain words; then the scopes that have none. */
function drawAbilities(texts: Texts, client: Client, scopes: readonly string[]): Html {
  const { known, further } = abilitiesOf(client, scopes)
  const sentence = fill(texts.further, { provider: titleOf(client) })
  return html`${known.length > 0 ? html`<ul>${known.map((ability) => html`<li>${texts.abilities[ability]}</li>`)}</ul>` : ''}
${further.length > 0 ? html`<p>${sentence} ${further.map((scope) => html`<code>${scope}</code> `)}</p>` : ''}`
}

/** Two letters, the first and the last: enough to tell the buttons apart, and nobody's trademark. */
function markOf(title: string): string {
  const letters = [...title].filter((letter) => /[\p{L}\p{N}]/u.test(letter))
  return [letters.at(0), letters.length > 1 ? letters.at(-1) : ''].join('')
}

/** Returns the whole document. */
export async function documentOf(look: Look, language: Language, content: Content): Promise<string> {
  const { title, main, app, minutesLeft } = content
  const texts = textsOf[language]
  const logo = look.logoUrl === null ? '' : html`<img src="${look.logoUrl}" alt="" referrerpolicy="no-referrer">`
  const who = look.name ?? app
  const body = await html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${who === null ? title : `${title} · ${who}`}</title>
<style>${raw(look.style)}</style>
</head>
<body>
${who === null && logo === '' ? '' : html`<header class="who">${logo}<span>${who ?? ''}</span></header>`}
<main class="narrow">
${main}
</main>
${minutesLeft === undefined ? '' : html`<footer><p class="quiet">${fill(texts.minutesLeft, { minutes: String(minutesLeft) })}</p></footer>`}
</body>
</html>
`
  return String(body)
}
