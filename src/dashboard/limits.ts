// What is left of the budget of a connection, and what its plan or role is in the way of, as far as this process knows.

import { html } from 'hono/html'
import type { ConnectionLimits, KnownBudget, KnownObstacle } from '../core/connection-limits.ts'
import { figure } from './chart.ts'
import { drawFacts, drawTime } from './elements.ts'
import type { Html } from './layout.ts'

/** `title`: the name of the provider. */
export function drawLimits({ budget, obstacles }: ConnectionLimits, title: string, now: number): Html {
  return html`<div class="card pad">${drawFacts([
    ['Calls left', leftText(budget)],
    ['Window ends', budget?.resetsAt ? drawTime(budget.resetsAt, now) : null],
    ['No call before', budget?.blockedUntil ? drawTime(budget.blockedUntil, now) : null],
    ['Plan', obstacleText(obstacles, 'plan', now)],
    ['Role', obstacleText(obstacles, 'role', now)],
  ])}
${budget?.blockedUntil ? html`<p class="quiet">${title} has refused one call too many. The calls wait by themselves.</p>` : ''}
${obstacles.length > 0 ? html`<p class="quiet">A refusal is believed for an hour: after a change at ${title} the next call that succeeds ends it at once.</p>` : ''}</div>`
}

function leftText(budget: KnownBudget | null): string {
  if (budget === null) return 'not known: this process has made no call lately'
  const { limit, remaining } = budget
  if (remaining === null) return 'not known until the next call'
  return limit === null ? figure(remaining) : `${figure(remaining)} of ${figure(limit)}`
}

function obstacleText(obstacles: readonly KnownObstacle[], cause: 'plan' | 'role', now: number): Html | string {
  const own = obstacles.filter(({ because }) => because === cause)
  if (own.length === 0) return 'nothing was refused for it'
  return html`in the way of ${own.map(
    ({ what, until }, index) =>
      html`${index > 0 ? ', ' : ''}<code>${what}</code> (believed until ${drawTime(until, now)})`,
  )}`
}
