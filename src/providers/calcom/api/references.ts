// How Cal.com names things: numbers, and texts that go into a path.

import { z } from 'zod'
import { once } from '../../api/once.ts'
import { type Parameter, whole } from '../../api/parameters.ts'

/** The number of an event type, a schedule and so on. */
export const number: () => Parameter<number> = once(() => whole(1))

const must = { error: 'must be a uid as Cal.com writes it: letters, digits, "-" and "_"' }

/** A booking's uid. */
export const uid: () => Parameter<string> = once(() => z.string(must).regex(/^[\w-]+$/, must))

/** A webhook's id: a text, though Cal.com's description of its API says number. */
export const webhookId: () => Parameter<string | number> = once(() =>
  z.custom<string | number>(
    (value) => (typeof value === 'string' || Number.isSafeInteger(value)) && /^[\w-]+$/.test(String(value)),
    { error: 'must be an id as Cal.com writes it: a number, or letters, digits and "-"' },
  ),
)
