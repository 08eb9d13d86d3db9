// The settings by themselves: malformed, missing, misspelt, with the marks of a careless copy, or in a file that others may
// read.

import { existsSync } from 'node:fs'
import { otherOpenFiles } from '../../settings/secret-files.ts'
import { type SettingName, settingTable } from '../../settings/table.ts'
import { oddNames } from '../settings/names.ts'
import { oddValues } from '../settings/values.ts'
import type { Check, Place } from './check.ts'
import { counted, type Finding, ofOpenFile, ok, together, wrong } from './finding.ts'

export function settingsCheck({ read, clients }: Pick<Place, 'read' | 'clients'>): Check {
  return {
    id: 'settings',
    async run() {
      const { problems, sources } = read
      const refused = problems.map(({ name, sentence }) => wrong(sentence, fixOf(name, sentence)))
      const odd = oddNames(sources).map(({ place, name, meant }) =>
        wrong(
          `${name} (in ${place}) is not a setting of Punctual, so it has no effect.`,
          meant === null ? `Remove ${name}, or correct its name.` : `Did you mean ${meant}?`,
        ),
      )
      const none =
        clients.length > 0
          ? []
          : [
              wrong(
                'No OAuth app is configured, so "punctual serve" does not start ("punctual dev" brings a sandbox).',
                'Set CALENDLY_CLIENT_ID and CALENDLY_CLIENT_SECRET, or CALCOM_CLIENT_ID and CALCOM_CLIENT_SECRET. To try it without an account, start "punctual sandbox" and set what it prints.',
              ),
            ]
      const open = otherOpenFiles(read.settings, sources).map(ofOpenFile)
      const found = [...refused, ...odd, ...oddValues(read), ...open, ...none]
      return together([...found, ...overridden(read)], ok(summary(read)))
    },
  }
}

/** What the sentence does not say yet. */
function fixOf(name: SettingName | null, sentence: string): string {
  if (name === null) return 'Save .env as UTF-8 text that this user can read.'
  const { meaning } = settingTable[name]
  const words = meaning.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
  const [, made] = /(Make one with: .+?)\.?$/.exec(sentence) ?? []
  return `${name} is ${/^(the|its|a|an|where|keys|which)\b/.test(words) ? '' : 'for '}${words}.${made === undefined ? '' : ` ${made}`}`
}

/** The environment wins over the file: a change of the file then has no effect. */
function overridden({ sources }: Place['read']): readonly Finding[] {
  const { environment, file } = sources
  return (Object.keys(settingTable) as SettingName[]).flatMap((name) => {
    const [outer, inner] = [environment[name]?.trim(), file[name]?.trim()]
    if (!outer || !inner || outer === inner) return []
    return [ok(`${name} is set in the environment and differently in .env: the environment counts.`)]
  })
}

function summary({ given, sources }: Place['read']): string {
  const count = (Object.keys(settingTable) as SettingName[]).filter((name) => given(name) !== null).length
  const from = existsSync(sources.path)
    ? `the environment and ${sources.path}`
    : `the environment; there is no ${sources.path}`
  return `${counted(count, 'setting is', 'settings are')} read from ${from}.`
}
