// Makes a folder and those that it lies in. Node's own recursive way never ends where the system has a folder in which
// nothing can be made, such as /proc: it answers that the new folder does not exist, and Node makes its parent again.

import { dirname } from 'node:path'

// An import of Node's module would load all that it has, such as the one that watches files: 2 MiB and some milliseconds.
const { mkdirSync } = process.getBuiltinModule('node:fs')

/** Folders that are made are readable by their owner alone. One that exists stays as it is. Throws the system's error. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path))
    makeOne(path)
  }
}

/** Another process may have made it meanwhile. */
function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
