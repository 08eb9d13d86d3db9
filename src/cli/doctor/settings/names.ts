// Which setting a name is meant to be. People write the names of other tools, forget a part, or slip on a letter.

import { distanceOf, isOfKubernetes, type Sources, type Variables } from '../../settings/env-file.ts'
import { type SettingName, settingTable } from '../../settings/table.ts'

const names = Object.keys(settingTable) as SettingName[]

/** What others call it. */
const otherNames: Readonly<Record<string, SettingName>> = {
  BASE_URL: 'PUNCTUAL_URL',
  PUBLIC_URL: 'PUNCTUAL_URL',
  APP_URL: 'PUNCTUAL_URL',
  ENCRYPTION_KEY: 'PUNCTUAL_KEYS',
  SECRET_KEY: 'PUNCTUAL_KEYS',
  DATABASE_URL: 'PUNCTUAL_DATABASE',
  DB_URL: 'PUNCTUAL_DATABASE',
  POSTGRES_URL: 'PUNCTUAL_DATABASE',
  DATA_DIR: 'PUNCTUAL_DATA',
  DATA_FOLDER: 'PUNCTUAL_DATA',
  WEBHOOK_URL: 'PUNCTUAL_EVENTS_URL',
  WEBHOOK_SECRET: 'PUNCTUAL_EVENTS_SECRETS',
  REDIRECT_URI: 'PUNCTUAL_URL',
  CALLBACK_URL: 'PUNCTUAL_URL',
}

/** Words of a provider's setting by what is meant. */
const ofProvider: readonly (readonly [pattern: RegExp, end: string])[] = [
  [/^(CLIENT_?)?ID$|^APP_?ID$|^OAUTH_CLIENT_ID$|^(CLIENT_)?KEY$/, 'CLIENT_ID'],
  [/^(CLIENT_?)?SECRET(_KEY)?$|^OAUTH_CLIENT_SECRET$|^APP_SECRET$/, 'CLIENT_SECRET'],
  [/^(WEBHOOKS?|SIGNING)(_SIGNING)?(_(KEY|SECRET)S?)?$/, 'WEBHOOK_KEY'],
  [/^(OAUTH_)?SCOPES?$/, 'SCOPES'],
  [/^(OAUTH_)?AUTH(ORIZE|ORIZATION)?_(URL|HOST|BASE_URL)$/, 'AUTH_URL'],
  [/^(BASE|API|HOST)?_?(API|BASE|URL|HOST)(_URL|_HOST)?$/, 'API_URL'],
]

/** What stands before `_` in a setting of ours, however it is written. */
const prefixes: readonly (readonly [pattern: RegExp, prefix: 'CALENDLY' | 'CALCOM' | 'PUNCTUAL'])[] = [
  [/^(CALENDLY|CALENDY|CALANDLY|CALENLY)_/, 'CALENDLY'],
  [/^(CALCOM|CAL_COM|CAL_DOT_COM|CALDOTCOM|CAL)_/, 'CALCOM'],
  [/^(PUNCTUAL|PUNCTAUL|PUNCTUL|PUNTUAL)_/, 'PUNCTUAL'],
]

export interface OddName {
  /** Where it stands: "the environment", or the file. */
  readonly place: string
  readonly name: string
  /** `null`: nothing is near. */
  readonly meant: SettingName | null
}

/**
 * Returns the names that are meant as settings and are none. The environment is shared: there only a name counts that begins
 * like one of ours, or is near one.
 */
export function oddNames({ path, file, environment }: Sources): readonly OddName[] {
  const inPlace = (place: string, variables: Variables, isShared: boolean) =>
    Object.keys(variables)
      .filter((name) => !names.includes(name as SettingName))
      .sort()
      .flatMap((name): OddName[] => {
        const meant = meantBy(name, isShared)
        const isOurs = /^PUNCTUAL_/i.test(name) || (!isShared && prefixes.some(([pattern]) => pattern.test(name)))
        if (isOfKubernetes(name) || (meant === null && !isOurs)) return []
        return [{ place, name, meant }]
      })
  return [...inPlace(path, file, false), ...inPlace('the environment', environment, true)]
}

/** Returns the setting that a name is meant to be; `null` if none is near. */
export function meantBy(name: string, isShared = false): SettingName | null {
  const upper = name.toUpperCase().replaceAll('-', '_')
  if (names.includes(upper as SettingName)) return upper as SettingName
  const [prefix, rest] = splitPrefix(upper)
  if (prefix !== null) return byRest(prefix, rest) ?? nearest(upper)
  const other = Object.hasOwn(otherNames, upper) ? (otherNames[upper] ?? null) : null
  // Without one of our prefixes it is another program's, unless a letter or two of the prefix are wrong.
  return isShared ? nearest(upper, 2) : (other ?? nearest(upper))
}

function byRest(prefix: string, rest: string): SettingName | null {
  if (prefix === 'PUNCTUAL') {
    const end = Object.hasOwn(otherNames, rest) ? otherNames[rest] : undefined
    return (
      end ?? existing(`PUNCTUAL_${rest}S`) ?? existing(`PUNCTUAL_${rest.replace(/^BASE_|S$|_(DIR|FOLDER|PATH)$/g, '')}`)
    )
  }
  const direct = nearest(`${prefix}_${rest}`)
  if (direct !== null) return direct
  for (const [pattern, end] of ofProvider) if (pattern.test(rest)) return existing(`${prefix}_${end}`)
  return null
}

function splitPrefix(name: string): readonly [prefix: string | null, rest: string] {
  for (const [pattern, prefix] of prefixes) if (pattern.test(name)) return [prefix, name.replace(pattern, '')]
  return [null, name]
}

function existing(name: string): SettingName | null {
  return names.find((one) => one === name) ?? null
}

/** Returns the setting with the fewest changed letters, if they are few. */
function nearest(name: string, most = 3): SettingName | null {
  const [best] = names
    .map((setting) => ({ setting, changes: distanceOf(name, setting) }))
    .filter(({ changes }) => changes <= most)
    .sort((a, b) => a.changes - b.changes)
  return best?.setting ?? null
}
