#!/usr/bin/env node
// The entry of the command line. It checks Node's version before it imports anything that an older Node cannot load, so the
// only static imports are a file that imports nothing and modules that every Node has.

import module from 'node:module'
import { join } from 'node:path'
import { tooOldSentence } from './node-version.ts'

const sentence = tooOldSentence(process.versions.node)
if (sentence === null) {
  // What one run has compiled is kept for the next, beside the code: who may write there may change the code as well. In a
  // shared folder, such as the one for temporary files, another user could plant compiled code.
  module.enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/punctual'))
  import('./program.ts').then(({ runProgram }) => runProgram())
} else {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}
