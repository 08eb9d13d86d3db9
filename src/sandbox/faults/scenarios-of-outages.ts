// What can go wrong when a provider, or the way to it, is not well.

import type { Scenario } from './scenario.ts'

/** The scenarios of this group. */
export const outageScenarios: readonly Scenario[] = [
  {
    name: 'provider-down',
    title: 'A provider is down for an hour',
    what: 'Each request to it gets status 503, and it does nothing. Its tokens stay as they are.',
    fields: ['provider', 'minutes'],
    defaults: { minutes: 60 },
    fault: ({ provider, minutes }) => ({ kind: 'status', status: 503, provider, minutes, count: null }),
  },
  {
    name: 'provider-unreachable',
    title: 'A provider cannot be reached',
    what: 'Each connection to it is refused, as with a broken network or a wrong name.',
    fields: ['provider', 'minutes'],
    defaults: { minutes: 10 },
    fault: ({ provider, minutes }) => ({ kind: 'reset_before', provider, minutes, count: null }),
  },
  {
    name: 'provider-silent',
    title: 'A provider takes requests and never answers',
    what: 'The connection stays open without an answer until the app gives up.',
    fields: ['provider', 'minutes'],
    defaults: { minutes: 10 },
    fault: ({ provider, minutes }) => ({ kind: 'hang', provider, minutes, count: null }),
  },
  {
    name: 'provider-slow',
    title: 'A provider is slow',
    what: 'It handles each request some seconds after it has arrived.',
    fields: ['provider', 'seconds', 'minutes'],
    defaults: { seconds: 5, minutes: 60 },
    fault: ({ provider, seconds = 0, minutes }) => ({
      kind: 'delay',
      ms: seconds * 1000,
      provider,
      minutes,
      count: null,
    }),
  },
  {
    name: 'some-calls-fail',
    title: 'Some calls fail',
    what: 'A share of all API calls gets status 500, the same calls each time the scenario starts.',
    fields: ['provider', 'percent', 'minutes'],
    defaults: { percent: 33, minutes: 60 },
    fault: ({ provider, percent = 0, minutes }) => ({
      kind: 'status',
      status: 500,
      endpoint: 'api',
      provider,
      probability: percent / 100,
      minutes,
    }),
  },
  {
    name: 'too-many-requests',
    title: 'A limit is reached',
    what: 'The next requests get status 429, with the headers of that endpoint.',
    fields: ['who', 'endpoint', 'seconds', 'times'],
    defaults: { seconds: 60, times: 1 },
    fault: ({ provider, account, endpoint, seconds, times }) => ({
      kind: 'rate_limited',
      provider,
      account,
      endpoint,
      seconds,
      count: times,
    }),
  },
  {
    name: 'clock-ahead',
    title: 'A provider’s clock is ahead',
    what: 'It dates its answers and its tokens by a clock that is some seconds ahead of yours.',
    fields: ['provider', 'seconds', 'minutes'],
    defaults: { seconds: 90, minutes: 60 },
    fault: ({ provider, seconds, minutes }) => ({ kind: 'skew', provider, seconds, minutes }),
  },
]
