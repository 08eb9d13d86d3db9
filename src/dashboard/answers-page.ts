// How the provider responds right now to the sample calls of its definition, and when the access token expires. It is a page
// of its own, so that a slow provider delays no other; the script puts its part into the page of the connection.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import { type Client, titleOf } from '../core/provider.ts'
import { drawFailure } from './failure.ts'
import { drawJson } from './json-view.ts'
import { drawHead, type Frame, type Html, page } from './layout.ts'
import type { LiveAnswer, LiveFacts, LiveFailure } from './live.ts'
import { nameOf } from './names.ts'
import { dateText, distanceText } from './time.ts'

export function answersPage(
  frame: Frame,
  { connection, client, live }: { readonly connection: Connection; readonly client: Client; readonly live: LiveFacts },
  now: number,
): Promise<Response> {
  const [title, name] = [titleOf(client), nameOf(connection)]
  const path = `${frame.base}/connections/${connection.id}`
  const content = html`${drawHead('Answers', { back: { href: path, text: name }, note: `${name} at ${title}` })}
<section class="part" id="answers" aria-labelledby="answers-title">
<div class="part-head"><h2 id="answers-title">What ${title} answers</h2><p class="quiet"><a href="${path}/answers" data-into="answers">Ask again</a></p></div>
<div class="card pad">
${live.failure ? drawFailure(live.failure, title) : html`<p>The access token expires ${expiryText(live.endsAt, now)}</p>`}
</div>
${live.failure?.code === 'needs_reconnect' ? '' : live.answers.map((answer) => drawLive(answer, title))}
</section>`
  return page(frame, 200, `What ${title} answers for ${name}`, content)
}

function expiryText(endsAt: Date | null, now: number): Html {
  if (endsAt === null) return html`at a time that is unknown right now.`
  return html`<time datetime="${endsAt.toISOString()}">${dateText(endsAt)}</time> (${distanceText(endsAt, now)}), and is refreshed by itself.`
}

function drawLive(answer: LiveAnswer | LiveFailure, title: string): Html {
  const { sample, path } = answer
  const result =
    'failure' in answer
      ? html`<span class="result bad">${answer.failure.code}</span>`
      : html`<span class="result ${answer.status < 400 ? 'good' : 'bad'}">${answer.status}</span> <span class="quiet">${Math.round(answer.tookMs)} ms</span>`
  return html`<div class="card pad live">
<h3>${sample.title}</h3>
<p class="call"><code>GET ${path.replace(/\?.*$/, '')}</code> ${result}</p>
${'failure' in answer ? drawFailure(answer.failure, title) : drawBody(answer, title)}
</div>`
}

function drawBody({ status, json, sample, goesOn }: LiveAnswer, title: string): Html {
  if (json === undefined) return html`<p class="quiet">${title} did not respond with JSON.</p>`
  if (status < 400) return drawJson(json, sample.fields, goesOn)
  return html`<p class="why">${title} refused this call.</p>${drawJson(json)}`
}
