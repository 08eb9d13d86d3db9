// Prints the keys of Punctual, each unwrapped by AWS KMS: for PUNCTUAL_KEYS_COMMAND, or for `keyProvider: { command }`.
//
//     node print-keys.ts /etc/punctual/2031.wrapped /etc/punctual/2030.wrapped
//
// Each file holds a data key of 32 bytes that KMS has wrapped. The first one named seals, all of them open. It runs AWS's own
// program, `aws`, as its documentation describes it; it has not been run against the real service.

import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const files = process.argv.slice(2)

for (const file of files) {
  const words = ['kms', 'decrypt', '--ciphertext-blob', `fileb://${file}`, '--query', 'Plaintext', '--output', 'text']
  try {
    const { stdout } = await run('aws', words)
    process.stdout.write(`${stdout.trim()}\n`)
  } catch (error) {
    // What `aws` has said, and nothing that it has printed.
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
    process.stderr.write(`${basename(file)} cannot be unwrapped: aws ended with ${code}. ${stderr}\n`)
    process.exitCode = 1
  }
}
