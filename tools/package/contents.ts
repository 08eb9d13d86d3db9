// What the packed files hold, and what an install of them weighs. None of it depends on the machine.

import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { headingOf, licenceFile } from './licences.ts'
import { type Manifest, readManifest } from './manifest.ts'

const packable =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/THIRD-PARTY-LICENSES|dist\/.+(?<!\.test)\.(js|d\.ts))$/
const secrets = /-----BEGIN [A-Z ]*PRIVATE KEY-----/

/** Of these more than half are declarations, and a command has a file of its own, so that it loads what it needs. */
const mostFiles = 280
const mostMiB = 8

/** One sentence for each thing that is wrong with the files in `folder`, whose dependencies are installed at `root`. */
export function checkContents(folder: string, root: string): string[] {
  const manifest = readManifest(folder)
  const files = filesIn(folder)
  const texts = files.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }))
  return [
    ...texts.flatMap(({ file, text }) => {
      if (!packable.test(file)) return [`${file} is packed and should not be`]
      return secrets.test(text) ? [`${file} is packed and holds a private key`] : []
    }),
    ...texts.flatMap(({ file, text }) => undeclaredImports(manifest, file, text)),
    ...missingLicences(texts),
    ...tooMuch(files, folder, root),
  ]
}

function filesIn(folder: string): string[] {
  return globSync('**/*', { cwd: folder, withFileTypes: true, exclude: [] })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

/** A lazy import of a package that is missing would fail only when it is needed. */
function undeclaredImports(manifest: Manifest, file: string, text: string): string[] {
  if (!/\.(js|d\.ts)$/.test(file)) return []
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module
  const sources = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
    // The path of an import() is a literal, or a variable that the check of the architecture allows in the commands only.
    ...dynamicImports.flatMap(
      ({ moduleRequest: { start, end } }) => /^['"](.+)['"]$/.exec(text.slice(start, end))?.[1] ?? [],
    ),
  ]
  return [...new Set(sources)]
    .filter((source) => !/^(\.|node:)/.test(source))
    .filter((source) => !declared.some((name) => source === name || source.startsWith(`${name}/`)))
    .map((source) => `${file} imports ${source}, which the package neither contains nor declares`)
}

/** The bundler names the source of each part in a comment above it. */
function missingLicences(texts: readonly { file: string; text: string }[]): string[] {
  const inside = texts
    .filter(({ file }) => file.endsWith('.js'))
    .flatMap(({ text }) => [...text.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\/.*$/gm)])
  const licences = texts.find(({ file }) => file === `dist/${licenceFile}`)?.text ?? ''
  return [...new Set(inside.map(([, name = '']) => name))]
    .filter((name) => !licences.includes(headingOf(name)))
    .map((name) => `dist/ contains code of ${name}, and dist/${licenceFile} does not have its licence`)
}

function tooMuch(files: readonly string[], folder: string, root: string): string[] {
  const { dependencies = {} } = readManifest(folder)
  const installed = new Set<string>()
  const add = (name: string) => {
    if (installed.has(name)) return
    installed.add(name)
    Object.keys(readManifest(join(root, 'node_modules', name)).dependencies ?? {}).forEach(add)
  }
  Object.keys(dependencies).forEach(add)
  const folders = [folder, ...[...installed].map((name) => join(root, 'node_modules', name))]
  const mib =
    folders.flatMap((place) => filesIn(place).map((file) => blocksOf(join(place, file)))).reduce((a, b) => a + b) /
    2 ** 20
  return [
    ...(files.length > mostFiles ? [`${files.length} files are packed; ${mostFiles} are allowed`] : []),
    ...(mib > mostMiB ? [`an install takes ${mib.toFixed(1)} MiB; ${mostMiB} are allowed`] : []),
  ]
}

/** Bytes on a disk with blocks of 4 KiB. */
const blocksOf = (file: string): number => Math.ceil(statSync(file).size / 4096) * 4096
