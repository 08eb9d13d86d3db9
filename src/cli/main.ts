#!/usr/bin/env node
// The entry of the command line. It checks Node's version before it imports anything that an older Node cannot load, so the
// only static imports are a file that imports nothing and a module that every Node has.

import module from 'node:module'
import { tooOldSentence } from './node-version.ts'

const sentence = tooOldSentence(process.versions.node)
if (sentence === null) {
  // What one run has compiled the next takes over from the system's folder for temporary files.
  module.enableCompileCache()
  import('./program.ts').then(({ runProgram }) => runProgram())
} else {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}
