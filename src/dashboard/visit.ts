// Who looks at a page, and what they may do. Every page and every form passes here: nobody sees a page without a name, and
// nothing is changed for a person who may only look.

import type { Context } from 'hono'
import { argumentError } from '../core/check.ts'
import { PunctualError } from '../core/errors.ts'
import { isStorable } from '../core/storable.ts'
import { FormRefusal } from './form.ts'
import { type Frame, type Html, problemPage } from './layout.ts'

/** A frame with a person in it. */
export interface Visit extends Frame {
  readonly person: NonNullable<Frame['person']>
}

export type Handle = (c: Context, visit: Visit) => Promise<Response>
export type Respond = (c: Context) => Promise<Response>

/** Returns what answers a request: `looks` for a page, `acts` for a form that changes something. */
export interface Doors {
  looks(handle: Handle): Respond
  acts(handle: Handle): Respond
  /** For a page that needs no name. */
  open(handle: Respond): Respond
}

export interface DoorsInit {
  readonly frame: Frame
  readonly actor: (request: Request) => string | null | Promise<string | null>
  readonly mayAct: (request: Request) => boolean | Promise<boolean>
  /** How a person signs in here; `null`: the host application does it. */
  readonly signIn: {
    /** What stands beside the name of the person. */
    controls(request: Request, frame: Frame): Promise<Html | ''>
    /** Sends a person who is not signed in to the form. */
    redirect(c: Context, base: string): Response
  } | null
}

export function createDoors({ frame, actor, mayAct, signIn }: DoorsInit): Doors {
  async function visitOf(c: Context): Promise<Visit | null> {
    const name = await actor(c.req.raw)
    if (name === null) return null
    if (!isStorable(name, 200))
      throw argumentError('createDashboard', 'actor must return a name of 1 to 200 characters, or null')
    const path = c.req.path.slice(frame.base.length) || '/'
    const controls = (await signIn?.controls(c.req.raw, { ...frame, path })) ?? ''
    return { ...frame, path, person: { name, mayAct: (await mayAct(c.req.raw)) === true, controls } }
  }

  const door =
    (changes: boolean, handle: Handle): Respond =>
    async (c) => {
      const visit = await visitOf(c).catch((error: unknown) => failurePage(frame, error))
      if (visit instanceof Response) return visit
      if (!visit && signIn && c.req.method === 'GET') return signIn.redirect(c, frame.base)
      if (!visit)
        return problemPage(frame, 401, 'Sign in first', 'These pages are for the people who run this service.')
      if (changes && !visit.person.mayAct)
        return problemPage(
          visit,
          403,
          'Only for looking',
          signIn ? locked : 'You may look at these pages, and not change anything.',
        )
      return handle(c, visit).catch((error: unknown) => failurePage(visit, error))
    }

  return {
    looks: (handle) => door(false, handle),
    acts: (handle) => door(true, handle),
    open: (handle) => (c) => handle(c).catch((error: unknown) => failurePage(frame, error)),
  }
}

const locked = 'These pages are locked. Unlock them at the top of a page, then try again.'

function failurePage(visit: Frame, error: unknown): Promise<Response> {
  if (error instanceof FormRefusal)
    return problemPage(visit, error.status, error.status === 413 ? 'Too long' : 'Too slow', error.message)
  if (!(error instanceof PunctualError)) throw error
  switch (error.code) {
    case 'connection_not_found':
      return problemPage(visit, 404, 'This connection is gone', 'It was disconnected, or it never existed.')
    case 'event_not_found':
      return problemPage(
        visit,
        404,
        'This event is gone',
        'What is acknowledged is kept for 3 days, what was given up for 30.',
      )
    case 'value_unreadable':
      return problemPage(
        visit,
        503,
        'It cannot be opened',
        'None of the keys opens what is stored here. Put the key that sealed it back into "keys" (PUNCTUAL_KEYS).',
      )
    case 'store_unavailable':
      return problemPage(visit, 503, 'One moment', 'The database cannot be reached. Reload this page in a moment.')
    default:
      return problemPage(visit, 400, 'This did not work', `The request was refused (${error.code}).`)
  }
}
