// The sandbox's clients as the code of an application, to paste into `createPunctual({ clients: … })`.

import type { Sandbox } from '../../sandbox/sandbox.ts'
import { scopesToBook } from '../settings/clients.ts'

/** Returns the settings with which `punctual serve` uses the sandbox, a line each. */
export function settingsBlock({ calendly, calcom }: Pick<Sandbox, 'calendly' | 'calcom'>): readonly string[] {
  return [
    `CALENDLY_AUTH_URL=${calendly.hosts.auth}`,
    `CALENDLY_API_URL=${calendly.hosts.api}`,
    `CALCOM_APP_URL=${calcom.hosts.app}`,
    `CALCOM_API_URL=${calcom.hosts.api}`,
  ]
}

/** Returns the lines of the block. */
export function clientsBlock({ calendly, calendlyWebhookKey, calcom }: Sandbox): readonly string[] {
  return [
    'clients: [',
    ...call('calendly', [
      ['clientId', text(calendly.clientId)],
      ['clientSecret', text(calendly.clientSecret)],
      ['scopes', list(scopesToBook.calendly)],
      ['hosts', `{ auth: ${text(calendly.hosts.auth)}, api: ${text(calendly.hosts.api)} }`],
      ['webhookKeys', list([calendlyWebhookKey])],
    ]),
    ...call('calcom', [
      ['clientId', text(calcom.clientId)],
      ['clientSecret', text(calcom.clientSecret)],
      ['scopes', list(scopesToBook.calcom)],
      ['hosts', `{ app: ${text(calcom.hosts.app)}, api: ${text(calcom.hosts.api)} }`],
    ]),
    '],',
  ]
}

function call(name: string, options: readonly (readonly [name: string, value: string])[]): readonly string[] {
  return [`  ${name}({`, ...options.map(([option, value]) => `    ${option}: ${value},`), '  }),']
}

function list(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`
}

/** The values are ids, secrets, scopes and addresses of the sandbox: none has a quote or a backslash. */
function text(value: string): string {
  return `'${value}'`
}
