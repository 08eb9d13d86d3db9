// The clients that the settings are about, also those that cannot be made from them: a check says then what is missing.

import { isLoopback } from '../../../core/loopback.ts'
import type { Client } from '../../../core/provider.ts'
import { configuredClients, scopesToBook } from '../../settings/clients.ts'
import type { Settings } from '../../settings/settings.ts'
import { type SettingName, settingTable } from '../../settings/table.ts'
import type { ReadSettings } from '../settings/read.ts'
import type { ProviderName } from '../words/provider-words.ts'

export interface SetClient {
  readonly name: ProviderName
  /** The provider's name for people. */
  readonly title: string
  /** What its settings begin with. */
  readonly prefix: 'CALENDLY' | 'CALCOM'
  /** `null`: it cannot be made; `problem` says why. */
  readonly client: Client | null
  readonly problem: string | null
  /** Why the scopes that are set cannot be used; the client then has the default ones. */
  readonly scopesProblem: string | null
  /** Whether its addresses are on this machine. */
  readonly isSandbox: boolean
  /** Whether it is the built-in client of a sandbox, because no credentials are set. */
  readonly isBuiltIn: boolean
}

const providers = [
  { name: 'calendly', title: 'Calendly', prefix: 'CALENDLY' },
  { name: 'calcom', title: 'Cal.com', prefix: 'CALCOM' },
] as const

/** Returns the clients of which at least one setting is given. */
export function setClients({ settings, problems, given }: ReadSettings): readonly SetClient[] {
  const names = Object.keys(settingTable) as SettingName[]
  return providers
    .filter(({ prefix }) => names.some((name) => name.startsWith(`${prefix}_`) && given(name) !== null))
    .map((one) => {
      const own = settings[one.name]
      const sentence = problems.find(
        ({ name }) => name?.startsWith(`${one.prefix}_`) && name !== `${one.prefix}_SCOPES`,
      )
      const made = clientOf(one.name, settings)
      const addresses = names
        .filter((name) => name.startsWith(`${one.prefix}_`) && name.endsWith('_URL'))
        .flatMap((name) => URL.parse(given(name)?.trim() ?? '') ?? [])
      return {
        ...one,
        ...made,
        problem: made.problem ?? sentence?.sentence ?? null,
        isSandbox: addresses.length > 0 && addresses.every(isLoopback),
        isBuiltIn: own.credentials === null,
      }
    })
}

function clientOf(name: ProviderName, settings: Settings): Pick<SetClient, 'client' | 'problem' | 'scopesProblem'> {
  const nothing = { credentials: null, scopes: null, hosts: null }
  const only = (own: Settings['calendly'] | Settings['calcom']) => ({ calendly: nothing, calcom: nothing, [name]: own })
  try {
    const [made] = configuredClients(only(settings[name]), scopesToBook)
    return { client: made?.client ?? null, problem: null, scopesProblem: null }
  } catch (error) {
    const message = (error as Error).message.replace(/^\w+: /, '')
    if (!/^scopes\b/.test(message)) return { client: null, problem: message, scopesProblem: null }
    try {
      const [made] = configuredClients(only({ ...settings[name], scopes: null }), scopesToBook)
      return { client: made?.client ?? null, problem: null, scopesProblem: message }
    } catch (other) {
      return { client: null, problem: (other as Error).message, scopesProblem: message }
    }
  }
}
