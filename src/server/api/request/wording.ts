// Says over HTTP what the library says to its own callers: of what is wrong, the place in the request instead of the
// argument of a function, and what an operator or a client does instead of what a program calls. The only place that knows
// both; the library's sentences have one form: the function, what is wrong, what to do.

import type { PunctualError } from '../../../core/errors.ts'
import { inSettingWords } from '../../../core/setting-words.ts'
import type { Operation } from './operation.ts'

/** One mistake of a request. `path`: where it is, such as `body.attendee.email`. */
export interface InputMistake {
  readonly path: string
  readonly sentence: string
}

/** Where a request has what the library calls by that name: `start` is `body.start`. */
export type Places = ReadonlyMap<string, string>

export interface Wording {
  readonly detail: string
  /** The mistake of the request, if the sentence is about one part of it. */
  readonly mistake: InputMistake | null
}

const parts = { params: 'path', query: 'query', headers: 'header', body: 'body' } as const

/** Every member of the operation's requests is found under its own name, unless `arguments` says otherwise. */
export function placesOf({ arguments: named = {}, params, query, headers, body }: Operation): Places {
  const schemas = { params, query, headers, body: body?.schema }
  const own = Object.entries(schemas).flatMap(([part, schema]) =>
    Object.keys((schema as { shape?: object } | undefined)?.shape ?? {}).map((name): [string, string] => [
      name,
      `${parts[part as keyof typeof parts]}.${name}`,
    ]),
  )
  return new Map([...own, ...Object.entries(named)])
}

/** What the library's words are over HTTP. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [
    /must be the `position` of an earlier iteration of the same list/,
    'must be the cursor of an earlier page of this list',
  ],
  [/an instant: a Date, or a text with its offset/, 'an instant with its offset'],
  [
    /Call "begin" with this "connection" and with all "scopes": /,
    'Create a connect session for this connection with all of these scopes: ',
  ],
  [/is not among those of this process\. Add it again/, 'is not among the settings any more. Add it again'],
  [/no longer among those of this process/, 'no longer among the settings'],
  [/Read it with "booking" first/, 'Read it first'],
  [/must be later than "(\w+)"/, 'must be later than $1'],
  [/Call complete again in a moment/, 'Complete the session again in a moment'],
  [/Make the same call again/g, 'Send the same request again'],
  [/The same call looks again/, 'The same request looks again'],
  [/is not an option\. The options are .*$/, 'is not known here'],
]

/** Says a sentence of the library in the words of the service. */
export function inServiceWords(sentence: string): string {
  return phrases.reduce((text, [phrase, words]) => text.replace(phrase, words), inSettingWords(sentence))
}

/** `place: `, as the library's errors begin; twice where a verb tells what a call of its own said. */
const functions = /^(?:[a-zA-Z][\w.]*: )+/
const argument = /^((?:(?:options|to|slot|who)\.)?([a-zA-Z]\w*))((?:\.[\w$-]+|\[\d+\])*) (.+?)\.?$/s

/** @param error An error of the library, whose message no caller of it has changed. */
export function wordingOf(error: PunctualError, places: Places): Wording {
  const sentence = inServiceWords(error.message.replace(functions, ''))
  if (error.code === 'invalid_argument') {
    const mistake = mistakeIn(sentence, places)
    if (mistake) return { detail: `${mistake.path} ${mistake.sentence}.`, mistake }
  }
  return { detail: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`, mistake: null }
}

function mistakeIn(sentence: string, places: Places): InputMistake | null {
  const [, whole = '', name = '', below = '', problem = ''] = argument.exec(sentence) ?? []
  const place = places.get(whole) ?? places.get(name)
  if (place === undefined) return null
  return { path: `${place}${below.replaceAll(/\[(\d+)\]/g, '.$1')}`, sentence: problem }
}
