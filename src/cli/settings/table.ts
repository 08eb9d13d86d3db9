// Every setting of the commands, in the order of the guide: what it means, what holds without it, and how its text is read.
// The help of the commands and docs/guide/settings.md are
// written from this table.

import {
  baseAddress,
  colour,
  command,
  database,
  escrow,
  keys,
  list,
  metricsKey,
  oneOf,
  type Parse,
  pageAddress,
  port,
  scopes,
  text,
  whole,
} from './parse.ts'
import type { SettingValues } from './values.ts'

/** Which commands a setting is for. */
export type SettingGroup = 'every command' | 'serve and dev' | 'serve' | 'dev'

export interface Setting<Value> {
  readonly group: SettingGroup
  /** Markdown, as is `otherwise`. */
  readonly meaning: string
  /** What holds without it. */
  readonly otherwise: string
  readonly parse: Parse<Value>
}

const events = '[events](events.md)'

export type SettingName = keyof SettingValues

export const settingTable: { readonly [Name in SettingName]: Setting<SettingValues[Name]> } = {
  CALENDLY_CLIENT_ID: {
    group: 'serve and dev',
    meaning: 'the id of your Calendly app',
    otherwise: '`serve`: no Calendly. `dev`: the sandbox',
    parse: text,
  },
  CALENDLY_CLIENT_SECRET: {
    group: 'serve and dev',
    meaning: 'its secret',
    otherwise: 'required with the id',
    parse: text,
  },
  CALENDLY_WEBHOOK_KEY: {
    group: 'serve and dev',
    meaning: 'its webhook signing key; while you change it, two keys with a comma between them',
    otherwise: 'none',
    parse: list(text),
  },
  CALENDLY_SCOPES: {
    group: 'serve and dev',
    meaning: 'the scopes to ask for, with spaces between them; each must be enabled on the app',
    otherwise: '[those of the scheduling model](#scopes)',
    parse: scopes,
  },
  CALENDLY_AUTH_URL: {
    group: 'serve and dev',
    meaning: 'where its consent page and its token endpoint are, if not at Calendly: those of a sandbox',
    otherwise: '`https://auth.calendly.com`',
    parse: baseAddress,
  },
  CALENDLY_API_URL: {
    group: 'serve and dev',
    meaning: 'where its API is, if not at Calendly',
    otherwise: '`https://api.calendly.com`',
    parse: baseAddress,
  },
  CALCOM_CLIENT_ID: {
    group: 'serve and dev',
    meaning: 'the id of your Cal.com OAuth client',
    otherwise: '`serve`: no Cal.com. `dev`: the sandbox',
    parse: text,
  },
  CALCOM_CLIENT_SECRET: {
    group: 'serve and dev',
    meaning: 'its secret',
    otherwise: 'required with the id',
    parse: text,
  },
  CALCOM_SCOPES: {
    group: 'serve and dev',
    meaning: 'the scopes to ask for, with spaces between them; each must be enabled on the client',
    otherwise: '[those of the scheduling model](#scopes)',
    parse: scopes,
  },
  CALCOM_APP_URL: {
    group: 'serve and dev',
    meaning: 'where its consent page is: of a sandbox, or of a Cal.com that you host',
    otherwise: '`https://app.cal.com`',
    parse: baseAddress,
  },
  CALCOM_API_URL: {
    group: 'serve and dev',
    meaning: 'where its API and its token endpoint are, without `/v2`',
    otherwise: '`https://api.cal.com`',
    parse: baseAddress,
  },
  PUNCTUAL_DATA: {
    group: 'every command',
    meaning: 'the folder of database, key and journal',
    otherwise: '`.punctual`',
    parse: text,
  },
  PUNCTUAL_DATABASE: {
    group: 'every command',
    meaning: 'the SQLite file, or `postgres://…` (run `npm install pg`, and set `PUNCTUAL_KEYS`)',
    otherwise: '`{data}/punctual.db`',
    parse: database,
  },
  PUNCTUAL_KEYS: {
    group: 'every command',
    meaning: 'keys, separated by commas; the first seals, all open',
    otherwise: '`{data}/key`, made on the first run',
    parse: keys,
  },
  PUNCTUAL_KEYS_COMMAND: {
    group: 'every command',
    meaning:
      'instead of `PUNCTUAL_KEYS`, the command that prints the keys, one a line, such as one that [asks a cloud KMS](rotating-keys.md#keys-from-outside). It runs without a shell, for 10 seconds at most',
    otherwise: 'none',
    parse: command,
  },
  PUNCTUAL_KEYS_FILE: {
    group: 'every command',
    meaning:
      'instead of `PUNCTUAL_KEYS`, the file that holds the keys, one a line: a regular file of 64 KiB at most, no pipe',
    otherwise: 'none',
    parse: text,
  },
  PUNCTUAL_ESCROW: {
    group: 'every command',
    meaning:
      'the folder of the [escrow](restore-from-a-backup.md), on another disk than the database, `sqlite:` and the path of a file there, or `postgres://…` of another database: what a backup that is restored is healed from',
    otherwise: 'none',
    parse: escrow,
  },
  PUNCTUAL_PORT: {
    group: 'serve and dev',
    meaning: 'the port of the service or of the page; 0 for any free port',
    otherwise: '`4600`',
    parse: port,
  },
  PUNCTUAL_URL: {
    group: 'serve and dev',
    meaning:
      'where a browser reaches it. `serve`: https with any path, or http on loopback. `dev`: an origin on loopback',
    otherwise: '`http://localhost:{port}`',
    parse: baseAddress,
  },
  PUNCTUAL_EVENTS_URL: {
    group: 'serve and dev',
    meaning: `where ${events} go, signed; several addresses with commas between them`,
    otherwise: '`serve`: the feed alone. `dev`: the page',
    parse: list(text),
  },
  PUNCTUAL_EVENTS_SECRETS: {
    group: 'serve and dev',
    meaning: 'the secrets that sign them, separated by commas. Each of them signs',
    otherwise: 'required with an address',
    parse: list(text),
  },
  PUNCTUAL_ALLOW_PRIVATE_ADDRESSES: {
    group: 'serve and dev',
    meaning:
      '`on`: [the addresses of events](events.md#where-an-address-may-be) may be in a private network, by themselves or by their names',
    otherwise: '`off`: public addresses and this machine',
    parse: oneOf('on', 'off'),
  },
  PUNCTUAL_KEEP_HISTORY_DAYS: {
    group: 'serve and dev',
    meaning: `for how many days the history of a connection is kept ([data that ends](data-that-ends.md))`,
    otherwise: '`90`',
    parse: whole(1, 3650),
  },
  PUNCTUAL_KEEP_EVENTS_DAYS: {
    group: 'serve and dev',
    meaning: 'the same of an event that was given up, and of one in the feed',
    otherwise: '`30`',
    parse: whole(1, 365),
  },
  PUNCTUAL_KEEP_ENDED_CONNECTIONS_DAYS: {
    group: 'serve and dev',
    meaning: 'the same of a connection that was disconnected; names and e-mail addresses go at once',
    otherwise: '`30`',
    parse: whole(0, 3650),
  },
  PUNCTUAL_KEEP_AUDIT_DAYS: {
    group: 'serve and dev',
    meaning: 'the same of the audit',
    otherwise: '`365`',
    parse: whole(1, 36_500),
  },
  PUNCTUAL_HOST: {
    group: 'serve',
    meaning: 'the address to listen on: `0.0.0.0` or `::` for all of the machine, as in a container',
    otherwise: '`localhost`',
    parse: text,
  },
  PUNCTUAL_RETURN_TO: {
    group: 'serve',
    meaning:
      'the addresses to which a person may be sent back, with commas between them. Each must match exactly; one without a query allows any query',
    otherwise: 'the origin of `PUNCTUAL_URL` alone',
    parse: list(pageAddress),
  },
  PUNCTUAL_TOKENS: {
    group: 'serve',
    meaning:
      '`off`: no API key reads a token, and [what a provider repeats](service.md#3-call-the-provider) of one is removed from its answers',
    otherwise: '`on`',
    parse: oneOf('on', 'off'),
  },
  PUNCTUAL_REQUESTS_PER_MINUTE: {
    group: 'serve',
    meaning: 'how many requests each API key may make in a minute, in each process',
    otherwise: '`600`',
    parse: whole(1, 1_000_000),
  },
  PUNCTUAL_LOG_LEVEL: {
    group: 'serve',
    meaning: 'which lines of the log are written to stdout: `debug`, `info`, `warn`, `error` or `silent`',
    otherwise: '`info`',
    parse: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  },
  PUNCTUAL_METRICS_KEY: {
    group: 'serve',
    meaning: 'the text that `/metrics` demands as `Authorization: Bearer`, 16 characters or more',
    otherwise: 'none is needed',
    parse: metricsKey,
  },
  PUNCTUAL_CONNECT_NAME: {
    group: 'serve',
    meaning: 'the name of your application on the connect page',
    otherwise: 'none',
    parse: text,
  },
  PUNCTUAL_CONNECT_LOGO: {
    group: 'serve',
    meaning: 'the https address of its logo',
    otherwise: 'none',
    parse: baseAddress,
  },
  PUNCTUAL_CONNECT_HOME: {
    group: 'serve',
    meaning: 'the address of your application, to which the pages lead back that know no other',
    otherwise: 'none',
    parse: baseAddress,
  },
  PUNCTUAL_CONNECT_COLOUR: {
    group: 'serve',
    meaning: 'the colour of the buttons there, such as `#1a73e8`',
    otherwise: "Punctual's",
    parse: colour,
  },
  PUNCTUAL_CONNECT_LANGUAGE: {
    group: 'serve',
    meaning: '`en`, `de`, `es`, or `auto` for what the browser asks for',
    otherwise: '`auto`',
    parse: oneOf('en', 'de', 'es', 'auto'),
  },
  PUNCTUAL_SANDBOX_PORT: {
    group: 'dev',
    meaning: 'the port of the sandbox; 0 for any free port',
    otherwise: '`4610`',
    parse: port,
  },
}
