// Whether this Node runs Punctual, and trusts what it should.

import { existsSync } from 'node:fs'
import type { Variables } from '../../settings/env-file.ts'
import type { Check } from './check.ts'
import { ok, together, wrong } from './finding.ts'

/** `tooOld`: what a person reads if this version is too old. */
export function nodeCheck(
  { version, tooOld }: { readonly version: string; readonly tooOld: string | null },
  environment: Variables,
): Check {
  return {
    id: 'node',
    async run() {
      const certificates = environment.NODE_EXTRA_CA_CERTS?.trim()
      const found = [
        ...(tooOld === null ? [] : [wrong(`Node ${version} is too old.`, tooOld)]),
        ...(environment.NODE_TLS_REJECT_UNAUTHORIZED === '0'
          ? [
              wrong(
                'NODE_TLS_REJECT_UNAUTHORIZED is 0: no certificate is checked, so tokens can be read on their way.',
                'Remove NODE_TLS_REJECT_UNAUTHORIZED, and name the file of your authority in NODE_EXTRA_CA_CERTS.',
              ),
            ]
          : []),
        ...(certificates && !existsSync(certificates)
          ? [
              wrong(
                'NODE_EXTRA_CA_CERTS names a file that does not exist, so Node ignores it.',
                'Correct the path in NODE_EXTRA_CA_CERTS.',
              ),
            ]
          : []),
      ]
      return together(found, ok(`Node ${version}.`))
    },
  }
}
