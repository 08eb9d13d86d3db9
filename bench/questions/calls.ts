import { compare } from '../harness/compare.ts'
import type { Bench, Question } from '../harness/question.ts'

const atOnce = 32

function entries(bench: Bench, path: string, goal: number) {
  const init = () => ({ url: bench.provider.url, folder: bench.folder(), path, atOnce })
  return [
    { label: 'limit: bare fetch', source: 'limits/calls.ts#bareFetch', parameters: init() },
    { label: 'punctual, no memory', source: 'ours/calls.ts#call', parameters: { ...init(), tokenMemoryMs: 0 }, goal },
    { label: 'punctual, defaults', source: 'ours/calls.ts#call', parameters: init(), goal },
    { label: 'badgateway', source: 'peers/badgateway.ts#call', parameters: init() },
    { label: 'openid-client', source: 'peers/openid-client.ts#call', parameters: init() },
    { label: 'better-auth and fetch', source: 'peers/better-auth.ts#call', parameters: init() },
  ]
}

const about =
  '32 callers, the body read, by CPU. The limit is the platform’s fetch with a token at hand. ' +
  'badgateway and openid-client hold the token in memory; better-auth reads it from its database.'

export const smallCalls: Question = {
  name: 'calls',
  title: 'An authenticated call, a small answer',
  about,
  run: (bench) =>
    compare(bench, { by: 'cpu', operations: 'calls', what: 'a small call', entries: entries(bench, '/small', 0.6) }),
}

export const largeCalls: Question = {
  name: 'large-calls',
  title: 'An authenticated call, an answer of 256 KiB',
  about,
  run: (bench) =>
    compare(bench, { by: 'cpu', operations: 'calls', what: 'a large call', entries: entries(bench, '/large', 0.9) }),
}

export const typedCalls: Question = {
  name: 'typed-calls',
  title: 'A typed call',
  about:
    '`calendlyApi(connection).me()`, which checks the answer, beside `connection.fetch` and `JSON.parse`; 32 callers, by CPU. +5 % is 0.952 of it.',
  run: (bench) =>
    compare(bench, {
      by: 'cpu',
      operations: 'calls',
      what: 'a typed call',
      entries: [
        {
          label: 'limit: connection.fetch and JSON',
          source: 'ours/calls.ts#untypedCall',
          parameters: { url: bench.provider.url, atOnce },
        },
        {
          label: 'punctual, typed',
          source: 'ours/calls.ts#typedCall',
          parameters: { url: bench.provider.url, atOnce },
          goal: 0.952,
        },
      ],
    }),
}
