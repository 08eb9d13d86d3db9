// Whether this Node can run Punctual. Imports nothing and uses old syntax only: an old Node must be able to load this file.

/** The oldest version that works, as "engines" of package.json says. */
export const oldestNode: readonly [major: number, minor: number] = [22, 13]

/** Returns the sentence for a Node that is too old, else `null`. */
export function tooOldSentence(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldestNode
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null
  return `Punctual needs Node ${oldestMajor}.${oldestMinor} or newer; this is ${version}. Install a newer Node from https://nodejs.org.`
}
