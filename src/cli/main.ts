#!/usr/bin/env node
// The entry of the command line. It checks Node's version before it imports anything that an older Node cannot load, so the
// only static import is a file that imports nothing.

import { tooOldSentence } from './node-version.ts'

const sentence = tooOldSentence(process.versions.node)
if (sentence === null) {
  import('./program.ts').then(({ runProgram }) => runProgram())
} else {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}
