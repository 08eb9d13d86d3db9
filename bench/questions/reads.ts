import { compare } from '../harness/compare.ts'
import type { Question } from '../harness/question.ts'

export const reads: Question = {
  name: 'reads',
  title: 'A live token',
  about:
    'The token of one of 100 connections in a SQLite file (20 with `--quick`), one caller, by CPU. The limit reads one row by node:sqlite and opens it with AES-256-GCM, by hand. ' +
    'simple-oauth2 and badgateway keep tokens as plain text in memory and store nothing: they are above the limit because they do another thing.',
  run(bench) {
    const accounts = bench.isQuick ? 20 : 100
    const init = () => ({ url: bench.provider.url, folder: bench.folder(), accounts })
    return compare(bench, {
      by: 'cpu',
      operations: 'tokens',
      what: 'a live token',
      entries: [
        {
          label: 'limit: node:sqlite and AES-256-GCM by hand',
          source: 'limits/reads.ts#readToken',
          parameters: init(),
        },
        {
          label: 'punctual, held, no memory',
          source: 'ours/reads.ts#heldToken',
          parameters: { ...init(), tokenMemoryMs: 0 },
          goal: 0.6,
        },
        { label: 'punctual, held, defaults', source: 'ours/reads.ts#heldToken', parameters: init(), goal: 0.6 },
        {
          label: 'punctual, connections.get and token, no memory',
          source: 'ours/reads.ts#getAndToken',
          parameters: { ...init(), tokenMemoryMs: 0 },
          goal: 0.4,
        },
        {
          label: 'punctual, connections.get and token, defaults',
          source: 'ours/reads.ts#getAndToken',
          parameters: init(),
          goal: 0.4,
        },
        { label: 'better-auth (SQLite, sealed)', source: 'peers/better-auth.ts#readToken', parameters: init() },
        { label: 'simple-oauth2 (memory, plain)', source: 'peers/simple-oauth2.ts#readToken', parameters: init() },
        { label: 'badgateway (memory, plain)', source: 'peers/badgateway.ts#readToken', parameters: init() },
      ],
    })
  },
}
