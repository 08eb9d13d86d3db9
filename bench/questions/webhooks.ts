import { compare } from '../harness/compare.ts'
import type { Question } from '../harness/question.ts'

const full = 'limit: by hand, FULL'

export const webhooks: Question = {
  name: 'webhooks',
  title: 'A webhook verified and stored',
  about:
    'A booking of 1.9 KB, signed as Calendly signs: the webhook and the event of the booking. The limit: the HMAC, then both sealed and inserted in one transaction.',
  run(bench) {
    const deliveries = bench.isQuick ? 150 : 1000
    const byHand = (synchronous: string) => ({ folder: bench.folder(), deliveries, synchronous })
    const ours = (atOnce: number) => ({
      ...{ url: bench.provider.url, place: { file: `${bench.folder()}/punctual.db` }, deliveries, atOnce },
    })
    return compare(bench, {
      by: 'rate',
      operations: 'webhooks',
      what: 'a webhook stored',
      entries: [
        { label: full, source: 'limits/webhooks.ts#receive', parameters: byHand('full') },
        { label: 'limit: by hand, NORMAL', source: 'limits/webhooks.ts#receive', parameters: byHand('normal') },
        {
          label: 'punctual, FULL, one at a time',
          source: 'ours/webhooks.ts#receive',
          parameters: ours(1),
          limit: full,
          goal: 0.4,
        },
        {
          label: 'punctual, FULL, 32 at once',
          source: 'ours/webhooks.ts#receive',
          parameters: ours(32),
          limit: full,
          goal: 0.8,
        },
      ],
    })
  },
}

export const events: Question = {
  name: 'events',
  title: 'Events dispatched',
  about:
    'To a function that does nothing, from the first to the last. The limit: select eight, open each, update each.',
  run(bench) {
    const count = bench.isQuick ? 150 : 600
    const byHand = (synchronous: string) => ({ folder: bench.folder(), events: count, synchronous })
    const ours = (keys: number) => ({ url: bench.provider.url, folder: bench.folder(), events: count, keys })
    return compare(bench, {
      by: 'rate',
      operations: 'events',
      what: 'events dispatched',
      entries: [
        { label: full, source: 'limits/webhooks.ts#dispatch', parameters: byHand('full') },
        { label: 'limit: by hand, NORMAL', source: 'limits/webhooks.ts#dispatch', parameters: byHand('normal') },
        {
          label: 'punctual, FULL, many bookings',
          source: 'ours/webhooks.ts#dispatch',
          parameters: ours(count),
          limit: full,
          goal: 0.4,
        },
        {
          label: 'punctual, FULL, one booking',
          source: 'ours/webhooks.ts#dispatch',
          parameters: ours(1),
          limit: full,
          goal: 0.25,
        },
      ],
    })
  },
}
