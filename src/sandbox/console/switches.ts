// What no source decides about the providers: every switch with its value, what it decides, and why it is open.

import { html } from 'hono/html'
import type { Html } from '../pages/layout.ts'
import { switchSentences } from '../world/switch-sentences.ts'
import { type Switches, switchChoices, switchDefaults } from '../world/switches.ts'
import { count, empty, section, sentence, tag } from './elements.ts'
import { form } from './fields.ts'
import { providerName } from './names.ts'
import { type SwitchTopic, switchTopics, topicOf } from './switch-topics.ts'
import type { Page, Visit } from './visit.ts'

type Name = keyof Switches

const sources = 'https://github.com/punctual-dev/punctual/blob/main/docs/providers'

/** The page of the switches. */
export function switchPage(visit: Visit): Page {
  const { switches } = visit.context.world.state
  const names = Object.keys(switchDefaults) as Name[]
  const moved = names.filter((name) => switches[name] !== switchDefaults[name])
  const rest = names.filter((name) => !moved.includes(name))
  const content = html`<h1>Switches</h1>
<p class="lead">Where no source says what a provider does, a switch decides. Each sentence says what is documented, what was observed, and what is not known. The sources with their dates: <a href="${sources}/calendly.md">Calendly</a>, <a href="${sources}/calcom.md">Cal.com</a>, in the package under <code>docs/providers</code>.</p>
<nav class="jump" aria-label="Topics">${providers.flatMap((provider) => topics.map((topic) => html`<a href="#${provider}-${topic}">${providerName(provider)}: ${switchTopics[topic].toLowerCase()}</a>`))}</nav>
${section('moved', 'Not at their defaults', moved.length === 0 ? empty('All switches are at their defaults') : folds(visit, moved))}
${providers.flatMap((provider) => topics.map((topic) => group(visit, provider, topic, rest)))}`
  return { title: 'Switches', under: '/switches', content }
}

const providers = ['calendly', 'calcom'] as const
const topics = Object.keys(switchTopics) as SwitchTopic[]

function group(
  visit: Visit,
  provider: (typeof providers)[number],
  topic: SwitchTopic,
  names: readonly Name[],
): Html | '' {
  const list = names.filter((name) => name.startsWith(provider) && topicOf(name) === topic)
  if (list.length === 0) return ''
  const title = `${providerName(provider)}: ${switchTopics[topic].toLowerCase()}`
  return section(`${provider}-${topic}`, title, folds(visit, list), {
    aside: html`<span class="quiet">${count(list.length, 'switch', 'switches')}</span>`,
  })
}

function folds(visit: Visit, names: readonly Name[]): Html {
  return html`<div class="card flush">${names.map((name) => fold(visit, name))}</div>`
}

function fold(visit: Visit, name: Name): Html {
  const value = visit.context.world.state.switches[name]
  const isDefault = value === switchDefaults[name]
  const choices = switchChoices(name)
  const hint = isDefault ? 'This is the default.' : `Default: ${switchDefaults[name]}.`
  return html`<details class="fold"${visit.draft?.form === name ? ' open' : ''}>
<summary><span class="grow"><code>${name}</code><span class="hint clip">${sentence(switchSentences[name])}</span></span>${tag(String(value), isDefault ? '' : 'accent')}</summary>
<div><p>${sentence(switchSentences[name])}.</p>
${form(visit, {
  id: name,
  to: 'switches',
  button: 'Set it',
  about: name,
  done: 'switched',
  fields: [
    choices === null
      ? {
          name,
          label: 'Value',
          initial: String(value),
          hint: `${hint} A number${switchDefaults[name] === null || /Per(Minute|Hour|Day)$/.test(name) ? ', or null for no limit' : ''}.`,
        }
      : {
          name,
          label: 'Value',
          kind: 'choice',
          initial: String(value),
          hint,
          options: choices.map((one) => ({ value: one, label: one })),
        },
  ],
})}</div>
</details>`
}
