// What the API says of one owner: everything that is kept, and what was removed.

import type { ErasureResult, PersonalData } from '../../../core/personal-data.ts'
import { type PersonalCounts, personalKinds } from '../../../core/store/personal-data.ts'
import { named, z } from '../request/zod.ts'
import { flag, instant, type Members, part, shape, text, whole } from './common.ts'

const countMembers = Object.fromEntries(personalKinds.map((kind) => [kind, whole])) as Members<PersonalCounts>

const countsSchema: z.ZodType<PersonalCounts> = shape<PersonalCounts>('PersonalCounts', countMembers)

const reasons = z.object({ reason: text, detail: text })

export const erasureSchema: z.ZodType<ErasureResult> = shape<ErasureResult>('Erasure', {
  removed: countsSchema,
  remaining: countsSchema,
  isComplete: flag.meta({ description: 'Whether nothing remains. If not, the same request again finishes it.' }),
  disconnected: z
    .array(
      part<ErasureResult['disconnected'][number]>({
        connection: text,
        client: text,
        revoked: z.array(text),
        notRevoked: z.array(reasons.extend({ token: text })),
        remainingWebhooks: z.array(reasons.extend({ subscription: text })),
      }),
    )
    .meta({ description: 'The connections that this request has ended, with what was revoked at the provider.' }),
})

/** As it is written in JSON. */
export type WrittenPersonalData = Readonly<Record<string, unknown>>

const rows = z.array(z.record(z.string(), z.unknown()))

export const personalDataSchema: z.ZodType<WrittenPersonalData> = z
  .object({
    owner: text,
    exportedAt: instant,
    ...Object.fromEntries(personalKinds.map((kind) => [kind, rows])),
  })
  .meta(named('PersonalData'))

export function writtenPersonalData(data: PersonalData): WrittenPersonalData {
  return JSON.parse(JSON.stringify(data)) as WrittenPersonalData
}
