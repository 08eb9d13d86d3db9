// Lets code that imports this package by its own name run from the sources, with no build:
// `node --import ./tools/source-resolution.ts file.ts`. Reads "exports" of package.json and knows one mapping,
// `./dist/x.js` is `./src/x.ts`; a subpath that is not exported fails here as it fails for a user.

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const root = new URL('../', import.meta.url)
const { name, exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  name: string
  exports: Record<string, string>
}

const sources = new Map(
  Object.entries(exports).map(([subpath, target]) => [
    subpath.replace(/^\./, name),
    new URL(target.replace(/^\.\/dist\/(.+)\.js$/, './src/$1.ts'), root).href,
  ]),
)

registerHooks({
  resolve(specifier, context, nextResolve) {
    const url = sources.get(specifier)
    if (url) return nextResolve(url, context)
    if (specifier.startsWith(`${name}/`)) throw new Error(`"${specifier}" is not in "exports" of package.json`)
    return nextResolve(specifier, context)
  },
})
