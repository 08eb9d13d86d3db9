// What can be done with events: try one now, dispatch one that was given up for another day, or all of them since a time.

import type { Context, Hono } from 'hono'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Punctual } from '../punctual.ts'
import type { Audit } from './audit.ts'
import { redirect } from './connection-forms.ts'
import { addressOf } from './elements.ts'
import { spans } from './events-page.ts'
import { formIn } from './form.ts'
import { notOurForm } from './layout.ts'
import { replayedQuery } from './notice.ts'
import type { Doors } from './visit.ts'

export interface EventFormsInit {
  readonly punctual: Pick<Punctual, 'events'>
  readonly doors: Doors
  readonly audit: Audit
  readonly clock: Clock
}

export function addEventForms(app: Hono, { punctual, doors, audit, clock }: EventFormsInit): void {
  const one = (action: 'retry' | 'replay', done: string) =>
    doors.acts(async (c, visit) => {
      const id = c.req.param('id') ?? ''
      const form = await formIn(c, clock)
      const destination = form?.get('destination')
      const options = typeof destination === 'string' ? { destination } : {}
      const work = () => punctual.events[action](id, options)
      const outcome = await audit.of(visit, [action, id], work).then(() => done, wordForRefusal)
      const said = { punctual: 'webhooks', outcome }
      // What is gone has no page.
      return form?.get('from') === 'event' && outcome !== 'event_gone'
        ? redirect(c, addressOf(`${visit.base}/events/${encodeURIComponent(id)}`, { ...options, ...said }))
        : redirect(c, addressOf(`${visit.base}/events`, said))
    })

  const replaySince = doors.acts(async (c: Context, visit) => {
    const word = String((await formIn(c, clock))?.get('since'))
    const [, spanMs] = (Object.hasOwn(spans, word) && spans[word]) || [null, null]
    if (spanMs === null) return notOurForm(visit)
    const since = new Date(clock.now() - spanMs)
    const wordOf = ({ replayed }: { readonly replayed: number }) => `ok, ${replayed}`
    const work = () => punctual.events.replay({ since })
    const result = await audit.of(visit, ['replay_since', since.toISOString()], work, wordOf)
    return redirect(c, `${visit.base}/events?${replayedQuery(result)}`)
  })

  app.post('/events/replay', replaySince)
  app.post('/events/:id/retry', one('retry', 'retried'))
  app.post('/events/:id/replay', one('replay', 'replayed'))
}

function wordForRefusal(error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    event_not_dead: 'not_dead',
    event_not_pending: 'not_pending',
    event_not_found: 'event_gone',
  }
  const word = error instanceof PunctualError ? words[error.code] : undefined
  if (word === undefined) throw error
  return word
}
