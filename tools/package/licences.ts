// The licences of the packages whose code is inside the published files. Each of them asks to be passed on with the code.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where they are, below dist/. */
export const licenceFile = 'THIRD-PARTY-LICENSES'

/**
 * The text to publish with the modules at these paths; empty if all of them are our own.
 *
 * @throws {Error} for a package that has no licence file.
 */
export function licencesOf(modules: Iterable<string>): string {
  const folders = new Set(Array.from(modules, packageFolderOf).filter((folder) => folder !== null))
  return [...folders].map(licenceOf).sort().join('\n')
}

/** The line above the licence of a package. */
export function headingOf(name: string): string {
  return `## ${name}\n`
}

function packageFolderOf(path: string): string | null {
  return /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0] ?? null
}

function licenceOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file ? readFileSync(join(folder, file), 'utf8') : licenceInReadme(folder)
  if (!text) throw new Error(`${name} goes into the package and has no licence file`)
  return `${headingOf(name)}\nVersion ${version}\n\n${text.trim()}\n`
}

/** The licence of a package without a file for it, whose README names its authors and says MIT; `null` for any other. */
function licenceInReadme(folder: string): string | null {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  const [, authors] = /^## Authors?\n+([^#]+?)\n+## License\n+MIT\s*$/m.exec(readme) ?? []
  if (!authors) return null
  const ours = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8')
  return `MIT, as its README says. Its authors:\n\n${authors}\n\n${ours.slice(ours.indexOf('Permission is'))}`
}
