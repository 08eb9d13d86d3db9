// The form of a request: of a bounded length, in a bounded time, since a stranger may send one too.

import type { Context } from 'hono'
import type { Clock } from '../core/clock.ts'
import { readBody } from '../core/request-body.ts'

/** More than the longest form has, and than a slow network takes for it. */
const limits = { limitBytes: 65_536, deadlineMs: 30_000 }

/** A body that was not read to its end. Each page shows it as a problem. */
export class FormRefusal extends Error {
  override readonly name = 'FormRefusal'
  readonly status: 408 | 413

  constructor(status: 408 | 413) {
    super(
      status === 413
        ? 'What was sent is longer than any form of these pages. Shorten it and send it again.'
        : `What was sent did not arrive within ${limits.deadlineMs / 1000} s. Send it again.`,
    )
    this.status = status
  }
}

/**
 * Returns what was sent; `null` if it is not a form.
 *
 * @throws {FormRefusal} for what is too long or too slow.
 */
export async function formIn(c: Context, clock: Clock): Promise<FormData | null> {
  const read = await readBody(c.req.raw, { clock, ...limits })
  if (read === 'too_long') throw new FormRefusal(413)
  if (read === 'too_late') throw new FormRefusal(408)
  if (typeof read === 'string') return null
  const headers = { 'content-type': c.req.header('content-type') ?? '' }
  return new Response(read, { headers }).formData().catch(() => null)
}
