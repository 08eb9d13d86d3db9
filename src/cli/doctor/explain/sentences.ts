// Sentences: of our own errors and pages, of databases, and of providers' pages. A sentence of ours leads to its code.

import { type SettingName, settingTable } from '../../settings/table.ts'
import { codeIn, meaningOfCode } from '../words/network-errors.ts'
import { meaningOfText, type ProviderName } from '../words/provider-words.ts'
import { type Explain, explained, plain } from './explanation.ts'
import { explainCode } from './our-words.ts'

/** How our sentences read, and the code and reason behind them. */
const ourSentences: readonly (readonly [pattern: RegExp, code: string, reason: string | null])[] = [
  [/was written by a newer version of Punctual/, 'store_unavailable', 'newer_schema'],
  [/has been changing the schema of/, 'store_unavailable', 'upgrading'],
  [
    /is another program's database|has another program's tables|is the database of (a|the) store|is an escrow;/,
    'store_unavailable',
    'foreign_database',
  ],
  [/has been copied to another database by "punctual migrate"/, 'store_unavailable', 'moved'],
  [/is being copied by "punctual migrate"/, 'store_unavailable', 'held'],
  [/has been moved or removed; restart with the file in place/, 'store_unavailable', 'file_moved'],
  [/needs the package "pg"/, 'store_unavailable', 'pg_missing'],
  [/keys at hand do not open the tokens/, 'store_unavailable', 'unknown_key'],
  [/Nothing stored can be opened before the keys are there/, 'store_unavailable', 'keys_unavailable'],
  [/Something stored does not open: the key/, 'value_unreadable', 'unknown_key'],
  [/is not open; call open/, 'store_unavailable', 'not_open'],
  [/journal of refreshed tokens cannot be read/, 'store_unavailable', 'journal_unreadable'],
  [
    /journal of refreshed tokens cannot be written|^journal file \S+: .* cannot be removed/,
    'store_unavailable',
    'journal_unwritable',
  ],
  [/escrow of token sets cannot be read/, 'store_unavailable', 'escrow_unreadable'],
  [/knows no grant of this database, which has had an escrow/, 'store_unavailable', 'escrow_empty'],
  [/is being healed from its escrow/, 'store_unavailable', 'not_healed'],
  [/belongs to another database\. Start Punctual once with that database/, 'store_unavailable', 'another_database'],
  [/sealed value at \S+ needs the key/, 'value_unreadable', 'unknown_key'],
  [/sealed value at \S+ does not open|is not a complete journal entry/, 'value_unreadable', 'damaged'],
  [
    /^(createPunctual|createServer|calendly|calcom|sqlite|postgres|sqliteEscrow|postgresEscrow|begin|book|subscribe): /,
    'invalid_argument',
    null,
  ],
]

/** The pages that a person may see, and what the databases say. */
const otherSentences: readonly (readonly [pattern: RegExp, what: string, fix: string])[] = [
  [
    /belongs to the browser in which the connection was begun/i,
    'The callback came into another browser than the one that began, or into the same one without its cookie: localhost and 127.0.0.1 are two hosts, and a private window is another browser.',
    'Begin again and finish in the same browser, under the same host. See that PUNCTUAL_URL has the host that people use, and that no proxy removes cookies.',
  ],
  [
    /does not belong to a connection that is being made/i,
    'The state of the callback is not known: the attempt is older than ten minutes, was begun at another installation or with another database, or the address was opened by hand.',
    'Let the person begin again. If it happens to everybody, see that begin and callback use one database (punctual doctor: store).',
  ],
  [
    /link is malformed: one of its parameters is there twice/i,
    'A parameter of the callback is there twice.',
    'Look at what adds parameters in front of Punctual, such as a proxy.',
  ],
  [
    /takes longer than usual to answer/i,
    'The exchange of the code is still under way.',
    'Reload the page in a minute: it then shows the outcome.',
  ],
  [
    /password authentication failed|no pg_hba\.conf entry|\b28P01\b|\b28000\b|refuses this user or password/i,
    'Postgres refuses the user or the password.',
    'Correct them in PUNCTUAL_DATABASE; special characters are percent-encoded ("@" is %40).',
  ],
  [
    /database "[^"]*" does not exist|\b3D000\b|does not have this database/i,
    'The Postgres server does not have a database of this name.',
    'Create it (createdb), or correct the name at the end of PUNCTUAL_DATABASE.',
  ],
  [
    /too many (connections|clients)|\b53300\b/i,
    'The Postgres server has no free connection.',
    'Allow more connections, or put a pooler in front of it.',
  ],
  [
    /read-only transaction|\b25006\b|attempt to write a readonly database|SQLITE_READONLY/i,
    'The database cannot be written: a standby, a read-only file, or a folder without rights.',
    'Connect to the primary, or give this user write access to the file and its folder (punctual doctor: store).',
  ],
  [
    /relation "[^"]*" does not exist|no such (table|column)|\b42P01\b|\b42703\b/i,
    'The database does not have the schema of this version.',
    'Run punctual doctor (schema), then punctual migrate.',
  ],
  [
    /permission denied for (schema|table|database)|\b42501\b/i,
    'The user of the database may not do this.',
    'Make it the owner of the schema "punctual", or grant it what it needs.',
  ],
  [
    /terminating connection|\b57P0[123]\b/i,
    'The database server has ended the connection: it stops or restarts.',
    'Nothing, if it comes back: Punctual connects again.',
  ],
  [
    /database is locked|SQLITE_BUSY/i,
    'Another process holds the lock of the SQLite file.',
    'End that process; do not share the file over a network drive.',
  ],
  [
    /file is not a database|SQLITE_NOTADB/i,
    'The file is not a SQLite database.',
    'Set PUNCTUAL_DATABASE to the right file.',
  ],
  [
    /disk image is malformed|SQLITE_CORRUPT/i,
    'The SQLite file is damaged.',
    'Stop the service, keep a copy, and restore a backup.',
  ],
  [
    /database or disk is full|SQLITE_FULL|\b53100\b/i,
    'The disk of the database is full.',
    'Make room. What was refreshed meanwhile is in the journal.',
  ],
  [
    /unable to open database file|SQLITE_CANTOPEN/i,
    'The SQLite file cannot be opened: its folder is missing, or may not be used.',
    'Run punctual doctor (store).',
  ],
  [
    /Node \d+\.\d+ or newer; this is|Unsupported engine|SyntaxError: Unexpected (token|identifier)/,
    'This Node is too old for Punctual.',
    'Install Node 22.13 or newer.',
  ],
  [
    /<title>[^<]*(cloudflare|just a moment|attention required)|cf-ray/i,
    'A page of Cloudflare, in front of the provider, answered in its place.',
    'Try again later. If it lasts, ask the provider whether your address is blocked.',
  ],
  [
    /\b429\b|too many requests/i,
    'The provider, or the service, refuses because of too many requests.',
    'Wait for a minute. For a provider: see what else uses the same account or address.',
  ],
  [
    /\b50[234]\b|bad gateway|gateway time-?out|service unavailable/i,
    'A proxy does not reach the server behind it, or the provider is away.',
    'Wait. If it is your own address, start the service and correct where the proxy forwards to.',
  ],
]

export const explainSentence: Explain = ({ text }) => {
  for (const [pattern, code, reason] of ourSentences)
    if (pattern.test(text)) {
      const found = explainCode(code, reason)
      if (found)
        return reason === null
          ? explained(`${found.message} The sentence itself says which, and what to do.`, found.fix)
          : found
    }
  return ofSetting(text)
}

/** A text of a provider's page, body or document. */
export const explainProviderText: Explain = ({ text }) => {
  const unescaped = text.replace(/&#0?39;|&#x27;|&apos;/gi, "'").replaceAll('&quot;', '"')
  for (const name of ['calendly', 'calcom'] satisfies ProviderName[]) {
    const found = meaningOfText(unescaped, name)
    if (found) return explained(found.what, found.fix)
  }
  return null
}

export const explainOtherSentence: Explain = ({ text }) => {
  const [, what, fix] = otherSentences.find(([pattern]) => pattern.test(text)) ?? []
  return what === undefined || fix === undefined ? null : explained(what, fix)
}

export const explainSystemError: Explain = ({ text }) => {
  const code = codeIn(text)
  const meaning = code === null ? null : meaningOfCode(code)
  return meaning ? explained(`${code}: the host, file or port ${meaning.what}.`, meaning.fix) : null
}

/** A sentence of the commands about a setting begins with its name. */
function ofSetting(text: string): ReturnType<Explain> {
  const [, name] = /^\s*((?:PUNCTUAL|CALENDLY|CALCOM)_[A-Z_]+)\s/.exec(text) ?? []
  if (name === undefined || !Object.hasOwn(settingTable, name)) return null
  const { meaning, otherwise } = settingTable[name as SettingName]
  return explained(
    `The command refuses the setting ${name}: ${plain(meaning)}. Without it: ${plain(otherwise)}.`,
    'Do what the sentence says after the colon, then run punctual doctor: it checks all settings at once.',
  )
}
