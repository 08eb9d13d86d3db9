// What is reported of an error that comes from outside. Such an error may carry the whole request, in fields, bytes, getters
// or causes that no search finds, so it is never passed on: a new one is built from the few words that say what happened.

/** The words of an error. Each is `undefined` where the error has no harmless one. */
export interface ErrorWords {
  readonly name: string | undefined
  /** As systems, resolvers and databases write it: `ECONNRESET`, `22021`. */
  readonly code: string | undefined
  readonly syscall: string | undefined
}

/** How many causes deep a code is looked for. */
const deepest = 5

/** Returns a new error with the name, the code and the system call of a foreign one. `hide` removes secrets from them. */
export function causeOf(error: unknown, hide: (text: string) => string = (text) => text): Error {
  const { name, code, syscall } = wordsOf(error)
  const clean = (word: string | undefined) => (word !== undefined && hide(word) === word ? word : undefined)
  const words = { name: clean(name), code: clean(code), syscall: clean(syscall) }
  const found = [words.code, words.syscall].filter((word) => word !== undefined)
  const cause = new Error(found.length > 0 ? `failed with ${found.join(' in ')}` : 'failed, and says no more')
  if (words.name !== undefined) Object.defineProperty(cause, 'name', { value: words.name })
  if (words.code !== undefined) Object.assign(cause, { code: words.code })
  if (words.syscall !== undefined) Object.assign(cause, { syscall: words.syscall })
  return cause
}

/** Returns the name of an error, and the code of the first of its causes that has one. Never throws. */
export function wordsOf(error: unknown): ErrorWords {
  let at = error
  for (let depth = 0; depth < deepest; depth++) {
    const code = wordIn(at, 'code', /^[A-Z0-9][A-Z0-9_]{0,59}$/)
    if (code !== undefined) return { name: nameOf(error), code, syscall: wordIn(at, 'syscall', /^[a-z]\w{0,19}$/) }
    const [first] = listIn(at, 'errors')
    at = first ?? read(at, 'cause')
  }
  return { name: nameOf(error), code: undefined, syscall: undefined }
}

function nameOf(error: unknown): string | undefined {
  return wordIn(error, 'name', /^[A-Z]\w{0,39}$/)
}

function wordIn(error: unknown, field: string, shape: RegExp): string | undefined {
  const value = read(error, field)
  return typeof value === 'string' && shape.test(value) ? value : undefined
}

function listIn(error: unknown, field: string): readonly unknown[] {
  const value = read(error, field)
  return Array.isArray(value) ? value : []
}

/** Returns a field of a foreign object; `undefined` where it cannot be read. */
function read(error: unknown, field: string): unknown {
  try {
    return (error as Record<string, unknown> | null | undefined)?.[field]
  } catch {
    return undefined
  }
}
