// Lets a process load src/ from what tools/bundle-sources.ts has written: `node --import ./tools/bundled-sources.ts file.ts`.
// An import of a source, or of a package that is in the bundle, gets the file of the bundle that stands for it.

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const root = new URL('../', import.meta.url)
// Another run beside this one has a folder of its own.
const bundle = new URL(`node_modules/.cache/${process.env.BUNDLED_SOURCES ?? 'sources'}/`, root)

const { sources, packages } = JSON.parse(readFileSync(new URL('list.json', bundle), 'utf8')) as {
  sources: string[]
  packages: string[]
}
const bundled = new Map([
  ...sources.map((source) => [`${root.href}${source}.ts`, `${bundle.href}${source}.js`] as const),
  ...packages.map((name) => [import.meta.resolve(name), `${bundle.href}${name}.js`] as const),
])

registerHooks({
  resolve(specifier, context, nextResolve) {
    // Most imports are relative: resolving them here spares a look at the file and at each folder above it.
    if (specifier.startsWith('.') && context.parentURL?.startsWith(root.href)) {
      const { href } = new URL(specifier, context.parentURL)
      const url = href.startsWith(bundle.href) ? href : bundled.get(href)
      if (url) return { url, format: 'module', shortCircuit: true }
    }
    const resolved = nextResolve(specifier, context)
    const url = bundled.get(resolved.url)
    return url ? { url, format: 'module', shortCircuit: true } : resolved
  },
})
