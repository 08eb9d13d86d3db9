// What a fault is: which requests it meets, how often, and what it does to them.

import { z } from 'zod'

const kinds = [
  'reset_before',
  'reset_after',
  'delay',
  'hang',
  'status',
  'html',
  'truncated',
  'endless',
  'error_200',
  'wrapped',
  'missing',
  'set',
  'rate_limited',
  'redirect',
  'skew',
  'webhook_lost',
  'webhook_doubled',
  'webhook_reordered',
  'webhook_doubled_and_reordered',
  'webhook_badly_signed',
] as const

/** What a fault can do. */
export type FaultKind =
  | 'reset_before'
  | 'reset_after'
  | 'delay'
  | 'hang'
  | 'status'
  | 'html'
  | 'truncated'
  | 'endless'
  | 'error_200'
  | 'wrapped'
  | 'missing'
  | 'set'
  | 'rate_limited'
  | 'redirect'
  | 'skew'
  | 'webhook_lost'
  | 'webhook_doubled'
  | 'webhook_reordered'
  | 'webhook_doubled_and_reordered'
  | 'webhook_badly_signed'

/** What a caller may give. */
export interface FaultInput {
  readonly kind: FaultKind
  readonly provider?: 'calendly' | 'calcom' | undefined
  /** `token`, `authorize`, `revoke`, `introspect`, `api`, or the beginning of a path such as `/users`. */
  readonly endpoint?: string | undefined
  readonly grantType?: string | undefined
  /** Of a webhook: its event, such as `invitee.created` or `BOOKING_CREATED`. */
  readonly event?: string | undefined
  /** A client id. */
  readonly client?: string | undefined
  /** An account id. */
  readonly account?: string | undefined
  /** How many requests it meets; null: all of them. Default 1; null with `minutes` or a probability, and for `skew`. */
  readonly count?: number | null | undefined
  /** For how long it is on, by the sandbox's clock; null, the default: until it has met `count` requests, or is removed. */
  readonly minutes?: number | null | undefined
  /** Meets a matching request with this probability (0 to 1), drawn from `seed`. */
  readonly probability?: number | undefined
  readonly seed?: number | undefined
  /** Strikes after the provider has committed, where the kind leaves the choice. */
  readonly after?: boolean | undefined
  /** Milliseconds of a `delay`. */
  readonly ms?: number | undefined
  /** Of a `skew`: how far the provider's clock is ahead. Of `rate_limited`: when it ends. */
  readonly seconds?: number | undefined
  readonly status?: number | undefined
  readonly body?: string | Record<string, unknown> | undefined
  readonly headers?: Record<string, string> | undefined
  /** For `missing` a list of names, for `set` names with values. */
  readonly fields?: readonly string[] | Record<string, unknown> | undefined
  readonly location?: string | undefined
}

/** Checks what a caller gives. */
export const faultInput: z.ZodType<FaultInput> = z.lazy(() =>
  z
    .strictObject({
      kind: z.enum(kinds),
      provider: z.enum(['calendly', 'calcom']).optional(),
      endpoint: z.string().min(1).optional(),
      grantType: z.string().min(1).optional(),
      event: z.string().min(1).optional(),
      client: z.string().min(1).optional(),
      account: z.string().min(1).optional(),
      count: z.int().min(1).nullable().optional(),
      minutes: z.number().positive().max(525_600).nullable().optional(),
      probability: z.number().min(0).max(1).optional(),
      seed: z.int().optional(),
      after: z.boolean().optional(),
      ms: z.number().min(0).max(3_600_000).optional(),
      seconds: z.number().optional(),
      status: z.int().min(200).max(599).optional(),
      body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
      headers: z.record(z.string(), z.string()).optional(),
      fields: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).optional(),
      location: z.string().optional(),
    })
    .refine((fault) => fault.kind !== 'missing' || Array.isArray(fault.fields), {
      path: ['fields'],
      error: 'give the list of names to drop',
    })
    .refine(
      (fault) =>
        fault.kind !== 'set' ||
        (fault.fields !== undefined && !Array.isArray(fault.fields)) ||
        fault.status !== undefined,
      {
        path: ['fields'],
        error: 'give an object of names and values, or a status',
      },
    )
    .refine((fault) => fault.kind !== 'delay' || fault.ms !== undefined, {
      path: ['ms'],
      error: 'give the milliseconds',
    })
    .refine((fault) => fault.kind !== 'skew' || fault.seconds !== undefined, {
      path: ['seconds'],
      error: 'give how many seconds the clock is ahead',
    })
    .refine((fault) => fault.kind !== 'status' || fault.status !== undefined, {
      path: ['status'],
      error: 'give a status from 200 to 599',
    }),
)

/** A fault that is set. */
export interface Fault extends FaultInput {
  readonly id: string
  /** The scenario that has set it. */
  readonly scenario?: string
  /** In milliseconds; null or left out: it does not end by time. */
  readonly endsAt?: number | null
  /** How many more requests it meets; null: all. */
  remaining: number | null
  /** State of its own sequence of random numbers. */
  sequence: number
  hits: number
}
