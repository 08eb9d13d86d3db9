// The files that this process has loaded first (`--import=./…`), as options for a process that it starts, in any folder.

import { resolve } from 'node:path'

const option = '--import='

export const preloads: readonly string[] = process.execArgv
  .filter((argument) => argument.startsWith(option))
  .map((argument) => option + resolve(argument.slice(option.length)))
