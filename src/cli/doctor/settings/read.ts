// Reads the settings as the commands do, but goes on after a wrong one: each is noted and left out, so that every check has
// what it needs of the others.

import { join } from 'node:path'
import { readEnvFile, type Sources, type Variables } from '../../settings/env-file.ts'
import { type Settings, settingsOf } from '../../settings/settings.ts'
import { type SettingName, settingTable } from '../../settings/table.ts'

/** A setting that the commands refuse. `name`: `null` for the file itself. */
export interface Problem {
  readonly name: SettingName | null
  /** What the commands say. No value of a secret is in it. */
  readonly sentence: string
}

export interface ReadSettings {
  readonly settings: Settings
  readonly problems: readonly Problem[]
  readonly sources: Sources
  /** The text of a setting as it was given; `null`: it was not. */
  given(name: SettingName): string | null
}

const names = Object.keys(settingTable) as SettingName[]

export function readAll(environment: Variables, folder: string): ReadSettings {
  const path = join(folder, '.env')
  const problems: Problem[] = []
  let file: Variables = {}
  try {
    file = readEnvFile(path)
  } catch (error) {
    problems.push({ name: null, sentence: (error as Error).message })
  }
  const sources: Sources = { path, file, environment }
  const left = new Set<string>()
  for (;;) {
    const kept = (variables: Variables) =>
      Object.fromEntries(Object.entries(variables).filter(([name]) => !left.has(name)))
    try {
      const settings = settingsOf({ path, file: kept(file), environment: kept(environment) })
      return { settings, problems, sources, given: (name) => textOf(sources, name) }
    } catch (error) {
      const { message } = error as Error
      const named = (message.match(/\b[A-Z]+_[A-Z_]+\b/g) ?? []).filter(
        (name) => names.includes(name as SettingName) && !left.has(name),
      ) as SettingName[]
      const [first] = named
      // Nothing can be left out any more: what is wrong is not a setting.
      if (first === undefined) throw error
      problems.push({ name: first, sentence: message })
      for (const name of toLeaveOut(first, named)) left.add(name)
    }
  }
}

/** A pair of which one is missing is left out as a whole, with what goes with it: no other sentence follows from it. */
function toLeaveOut(first: SettingName, named: readonly SettingName[]): readonly string[] {
  const [, prefix] = /^(CALENDLY|CALCOM)_CLIENT_/.exec(first) ?? []
  if (prefix !== undefined) return names.filter((name) => name.startsWith(`${prefix}_`) && !name.endsWith('_SCOPES'))
  return first.startsWith('PUNCTUAL_EVENTS_') ? ['PUNCTUAL_EVENTS_URL', 'PUNCTUAL_EVENTS_SECRETS'] : [first, ...named]
}

/** As it was written, with the white space around it. */
function textOf({ environment, file }: Sources, name: string): string | null {
  const text = environment[name] || file[name]
  return text?.trim() ? text : null
}
