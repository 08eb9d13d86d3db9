// A setting may pass its own check and still be refused by the part that it is for, in the words of the library. The person
// has set no option: the sentence must name the setting.

import { PunctualError } from '../../core/errors.ts'
import { CliError } from '../output/cli-error.ts'
import type { SettingName } from './table.ts'

const settings: readonly (readonly [option: RegExp, setting: SettingName])[] = [
  [/^calendly: scopes/, 'CALENDLY_SCOPES'],
  [/^calendly: clientId/, 'CALENDLY_CLIENT_ID'],
  [/^calendly: clientSecret/, 'CALENDLY_CLIENT_SECRET'],
  [/^calendly: webhookKeys/, 'CALENDLY_WEBHOOK_KEY'],
  [/^calendly: hosts\.auth/, 'CALENDLY_AUTH_URL'],
  [/^calendly: hosts\.api/, 'CALENDLY_API_URL'],
  [/^calcom: scopes/, 'CALCOM_SCOPES'],
  [/^calcom: clientId/, 'CALCOM_CLIENT_ID'],
  [/^calcom: clientSecret/, 'CALCOM_CLIENT_SECRET'],
  [/^calcom: hosts\.app/, 'CALCOM_APP_URL'],
  [/^calcom: hosts\.api/, 'CALCOM_API_URL'],
  [/^createPunctual: baseUrl/, 'PUNCTUAL_URL'],
  [/^createPunctual: keys/, 'PUNCTUAL_KEYS'],
  [/^createPunctual: escrow/, 'PUNCTUAL_ESCROW'],
  [/^createPunctual: journal/, 'PUNCTUAL_DATA'],
  [/^createPunctual: returnTo/, 'PUNCTUAL_RETURN_TO'],
  [/^createPunctual: deliverTo.*secrets/, 'PUNCTUAL_EVENTS_SECRETS'],
  [/^createPunctual: deliverTo/, 'PUNCTUAL_EVENTS_URL'],
  [/^createConnectPage: branding\.name/, 'PUNCTUAL_CONNECT_NAME'],
  [/^createConnectPage: branding\.logoUrl/, 'PUNCTUAL_CONNECT_LOGO'],
  [/^createConnectPage: branding\.homeUrl/, 'PUNCTUAL_CONNECT_HOME'],
  [/^createConnectPage: branding\.language/, 'PUNCTUAL_CONNECT_LANGUAGE'],
  [/^create\w+: baseUrl/, 'PUNCTUAL_URL'],
  [/^createConnectPage: branding\.colour/, 'PUNCTUAL_CONNECT_COLOUR'],
]

/** Returns the error for the person at the terminal, where it is about an option that comes from a setting. */
export function namingTheSetting(error: unknown): unknown {
  if (!(error instanceof PunctualError) || error.code !== 'invalid_argument') return error
  const [, setting] = settings.find(([option]) => option.test(error.message)) ?? []
  if (setting === undefined) return error
  return new CliError(`${setting} is wrong: ${error.message.replace(/^\w+: /, '')}`, 2, error)
}
