// The modules of the package: one file for each export and command, and what they share in dist/chunks/. A file is loaded
// once, so an error class or a WeakMap is the same one through every export. The code is not minified: a stack trace that a
// user sends is readable, and a comment above each part names its source.

import { join } from 'node:path'
import { type OutputChunk, type Plugin, rolldown } from 'rolldown'
import { licenceFile, licencesOf } from './licences.ts'
import { entriesOf, readManifest } from './manifest.ts'

/** Packages whose code goes inside: as dependencies they would make an install four times as large. */
const inside = ['kysely', 'zod', 'hono', '@hono/node-server', 'commander']

/** Packages that only the server uses: for its HTTP API, and for its log. They go into a chunk of theirs. */
const insideServer = [
  ...['@hono/zod-openapi', '@hono/zod-validator', '@asteasolutions/zod-to-openapi'],
  ...['pino', '@pinojs/redact', 'atomic-sleep', 'on-exit-leak-free', 'pino-std-serializers', 'process-warning'],
  ...['quick-format-unescaped', 'safe-stable-stringify', 'sonic-boom', 'pino-abstract-transport', 'split2'],
  ...['real-require', 'thread-stream'],
]

/** Chunks with a name of their own. Any other is named after one of its modules. */
const groups = [
  ...inside.map((name) => ({
    name: name.replace(/^@.*\//, ''),
    test: new RegExp(`node_modules[\\\\/]${name.replace('/', '[\\\\/]')}[\\\\/]`),
  })),
  // What several exports use. One file is loaded faster than twenty. The verbs are not in it: who books loads them.
  { name: 'core', test: /src[\\/](calls|core|flow|keeper|outbox|records|vault|webhooks)[\\/]/, minShareCount: 2 },
  { name: 'sql', test: /src[\\/]store[\\/]sql[\\/]/, minShareCount: 2 },
]

/** The entry that runs in a page: a file that needs no other, as small as it can be, because a visitor waits for it. */
const inBrowser = 'browser/index'

/** @throws {Error} with what the bundler refuses, and for what it only warns of. */
export async function bundle(root: string, folder: string): Promise<void> {
  const entries = entriesOf(readManifest(root))
  await bundleForNode(
    root,
    folder,
    entries.filter((entry) => entry !== inBrowser),
  )
  if (entries.includes(inBrowser)) await bundleForBrowser(root, join(folder, `${inBrowser}.js`))
}

/** Writes the one file of `punctual/browser`. */
export async function bundleForBrowser(root: string, file: string): Promise<void> {
  const build = await rolldown({
    cwd: root,
    input: join(root, `src/${inBrowser}.ts`),
    platform: 'browser',
    transform: { target: 'es2022' },
    onLog: refuseWarnings,
  })
  await build.write({ file, format: 'esm', minify: true })
  await build.close()
}

async function bundleForNode(root: string, folder: string, entries: readonly string[]): Promise<void> {
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((path) => [path, join(root, `src/${path}.ts`)])),
    platform: 'node',
    transform: { target: 'node22' },
    // Of a module in two forms, the one whose unused parts can be left out.
    resolve: { mainFields: ['module', 'main'] },
    external: (id) =>
      isPackage(id) && ![...inside, ...insideServer].some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [zodOfOpenApi(root), licences()],
    onLog: refuseWarnings,
  })
  await build.write({
    dir: folder,
    format: 'esm',
    chunkFileNames: 'chunks/[name].js',
    codeSplitting: { groups },
    // Node keeps a source with any other character at two bytes a character.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
    comments: { legal: true, annotation: true, jsdoc: false },
  })
  await build.close()
}

function refuseWarnings(level: string, { message }: { readonly message: string }): void {
  if (level === 'warn') throw new Error(message)
}

/** Whether it is neither a path nor a name that the bundler has made. */
function isPackage(id: string): boolean {
  return !/^([./\0]|[A-Za-z]:[\\/])/.test(id)
}

/**
 * @hono/zod-openapi passes the whole of zod to a function that adds one method to one class. With all of zod, the texts of
 * every language would go into the package, and into the chunk that the providers load.
 */
function zodOfOpenApi(root: string): Plugin {
  const own = '\0zod-of-openapi'
  return {
    name: 'zod-of-openapi',
    resolveId: (source, importer) =>
      source === 'zod' && /[\\/]@hono[\\/]zod-openapi[\\/]/.test(importer ?? '') ? own : null,
    load(id) {
      if (id !== own) return null
      const zod = JSON.stringify(join(root, 'node_modules/zod/index.js'))
      return `import { ZodType } from ${zod}\nexport const z = { ZodType }`
    },
  }
}

function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_, output) {
      const chunks = Object.values(output).filter((file): file is OutputChunk => file.type === 'chunk')
      const source = licencesOf(chunks.flatMap(({ moduleIds }) => moduleIds))
      if (source) this.emitFile({ type: 'asset', fileName: licenceFile, source })
    },
  }
}
