// The options by which this process loads the sources, for a process that it starts in any folder.

import { resolve } from 'node:path'

const option = '--import='

export const preloads: readonly string[] = process.execArgv
  .filter((argument) => argument.startsWith(option) && argument.endsWith('-sources.ts'))
  .map((argument) => option + resolve(argument.slice(option.length)))
