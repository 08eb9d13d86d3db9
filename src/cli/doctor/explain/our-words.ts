// Our own words: codes, reasons, types of events. The text of each stands in one table.

import { type ErrorText, errorTexts } from '../words/error-texts.ts'
import { eventTexts, faultTexts, renewalReasons, webhookRefusals } from '../words/event-texts.ts'
import type { ErrorMeaning } from '../words/network-errors.ts'
import { meaningOfCode } from '../words/network-errors.ts'
import { serverErrorTexts } from '../words/server-error-texts.ts'
import { type Explanation, explained, plain } from './explanation.ts'

const allTexts: Readonly<Record<string, ErrorText>> = { ...errorTexts, ...serverErrorTexts }

/** What to do first, where the meaning of the code does not say it as a command. */
const firstSteps: Readonly<Record<string, string>> = {
  connection_not_found: 'Look it up with the owner that it belongs to; connect again if it was disconnected.',
  needs_reconnect: 'Let the owner connect again: begin with this connection. Its id stays the same.',
  provider_unavailable:
    'Try again later. If it lasts, run punctual doctor: credentials says what can be reached from here.',
  client_misconfigured: 'Run punctual doctor: credentials, callback and scopes say what is wrong with the app.',
  attempt_refused: 'Let the person begin again from your page. If it happens to everybody, run punctual doctor.',
  store_unavailable: 'Run punctual doctor: store, schema, keys and journal say what is wrong with the database.',
  value_unreadable: 'Run punctual doctor: keys says which key is missing.',
  rate_limited: 'Wait for retryAfterMs. Something else may use the same account: look at the calls of this connection.',
  insufficient_scope: 'Add the scope to the app and to the setting, then let the person connect again.',
}

/** Returns what a code of ours means, with its reason if it is one of the code's. */
export function explainCode(code: string, reason: string | null): Explanation | null {
  if (!Object.hasOwn(allTexts, code)) return null
  const { meaning, reasons } = allTexts[code] as ErrorText
  const known = reason !== null && Object.hasOwn(reasons, reason) ? reason : null
  const outer = reason === null || known !== null ? null : meaningOfCode(reason)
  const name = known === null ? code : `${code}, ${known}`
  const detail = known === null ? '' : ` ${known}: ${plain(reasons[known] ?? '')}.`
  return explained(
    `${name}: ${plain(meaning)}${detail}${outer ? ` The host or file ${outer.what}.` : ''}`,
    outer?.fix ?? firstSteps[code] ?? null,
  )
}

/** Returns what an event of ours means. */
export function explainEvent(type: string, facts: Readonly<Record<string, unknown>>): Explanation | null {
  if (!Object.hasOwn(eventTexts, type)) return null
  const text = eventTexts[type as keyof typeof eventTexts]
  const reason = typeof facts.reason === 'string' ? facts.reason : null
  if (type === 'fault') return explainFault(facts.code, reason)
  const more = reason === null ? null : explainReason(type, reason)
  return explained(`${type}: ${text.what}${more ? ` ${more.message}` : ''}`, more?.fix ?? text.fix)
}

function explainFault(code: unknown, reason: string | null): Explanation {
  const name = typeof code === 'string' ? code : ''
  const own = Object.hasOwn(faultTexts, name) ? faultTexts[name as keyof typeof faultTexts] : null
  const outer = reason === null ? null : meaningOfCode(reason)
  if (own) return explained(`fault, ${name}: ${own.what}${outer ? ` It ${outer.what}.` : ''}`, own.fix)
  const found = explainCode(name, reason)
  if (found) return explained(`fault: ${found.message}`, found.fix)
  return explained(`fault: ${eventTexts.fault.what}`, eventTexts.fault.fix)
}

/** The codes among whose reasons the reason of an event is. */
const reasonsOf: Readonly<Record<string, readonly string[]>> = {
  'connection.needs_reconnect': ['needs_reconnect'],
  'provider.unavailable': ['provider_unavailable'],
  'client.misconfigured': ['client_misconfigured'],
  'attempt.refused': ['attempt_refused', 'provider_unavailable', 'client_misconfigured', 'insufficient_scope'],
  'webhook.failing': ['provider_refused', 'insufficient_scope'],
}

function explainReason(type: string, reason: string): Explanation | null {
  if (type === 'webhook.refused') return ofTable(webhookRefusals, reason)
  if (type === 'webhook.renewed' && Object.hasOwn(renewalReasons, reason))
    return explained(renewalReasons[reason as keyof typeof renewalReasons], null)
  for (const code of reasonsOf[type] ?? []) {
    const { reasons } = allTexts[code] as ErrorText
    if (Object.hasOwn(reasons, reason)) return explained(`${reason}: ${plain(reasons[reason] ?? '')}.`, null)
  }
  if (Object.hasOwn(allTexts, reason))
    return explained(plain(allTexts[reason]?.meaning ?? ''), firstSteps[reason] ?? null)
  return null
}

function ofTable(table: Readonly<Record<string, ErrorMeaning>>, name: string): Explanation | null {
  const found = Object.hasOwn(table, name) ? table[name] : undefined
  return found ? explained(`${name}: ${found.what}`, found.fix) : null
}

/** Returns what the words of ours mean that stand in a text; `null`: there are none. */
export function explainWords(text: string): Explanation | null {
  const words = new Set(text.match(/[a-z]+(?:[._][a-z]+)*/g) ?? [])
  const line = Object.entries(eventTexts).find(
    ([type, one]) => one.line?.test(text) || (type.includes('.') && words.has(type)),
  )
  if (line) {
    const reason = [...words].find((word) => explainReason(line[0], word) !== null)
    return explainEvent(line[0], { reason })
  }
  // The longest name first: `provider_unavailable` holds no other, but a short word may stand anywhere.
  const code = Object.keys(allTexts).find((name) => words.has(name) && (name.includes('_') || text.trim() === name))
  if (code !== undefined) {
    const { reasons } = allTexts[code] as ErrorText
    const reason = Object.keys(reasons).find((one) => words.has(one)) ?? outerReason(text)
    return explainCode(code, reason)
  }
  const fault = Object.keys(faultTexts).find((name) => name.includes('_') && words.has(name))
  if (fault !== undefined) return explainFault(fault, outerReason(text))
  return explainReasonAlone(text.trim(), words)
}

/** A reason by itself: with every code that has it. */
function explainReasonAlone(text: string, words: ReadonlySet<string>): Explanation | null {
  const isMeant = (reason: string) => (reason.includes('_') ? words.has(reason) : text === reason)
  const found = Object.entries(allTexts).flatMap(([code, { reasons }]) =>
    Object.keys(reasons)
      .filter(isMeant)
      .map((reason) => explained(`${code}, ${reason}: ${plain(reasons[reason] ?? '')}.`, firstSteps[code] ?? null)),
  )
  const refusal = Object.keys(webhookRefusals).find(isMeant)
  const more = refusal === undefined ? null : ofTable(webhookRefusals, refusal)
  const all = more ? [...found, explained(`webhook.refused, ${more.message}`, more.fix)] : found
  if (all.length === 0) return null
  return explained(all.map(({ message }) => message).join(' Or: '), all[0]?.fix ?? null)
}

function outerReason(text: string): string | null {
  return text.match(/\b[A-Z][A-Z0-9_]{3,}\b/g)?.find((word) => meaningOfCode(word) !== null) ?? null
}
