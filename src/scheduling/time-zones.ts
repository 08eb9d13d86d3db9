// IANA names of time zones. ICU, which is behind `Intl`, knows every name and resolves links (`US/Eastern`), but it keeps
// the first name that a zone had in CLDR, for ever. The names that IANA has given to these zones since are listed here.

import { type Check, shown } from '../core/check.ts'

const names: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
}

/** What has been asked for. There are about 600 names, in few spellings; beyond that, nothing is kept. */
const known = new Map<string, string | null>()
const mostKnown = 2000

/** Returns IANA's own name of the zone, such as `Asia/Kolkata` for `asia/calcutta`; `null`: there is no such zone. */
export function ianaName(name: string): string | null {
  const found = known.get(name)
  if (found !== undefined) return found
  const resolved = resolve(name)
  if (known.size < mostKnown) known.set(name, resolved)
  return resolved
}

function resolve(name: string): string | null {
  // `Intl` also accepts offsets, which are not zones: they have no clock changes.
  if (!/^[A-Za-z]/.test(name)) return null
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
    return names[timeZone] ?? timeZone
  } catch {
    return null
  }
}

/** Accepts the name of a zone in any case, and older names. */
export const timeZone: Check = (value) => {
  if (typeof value === 'string' && ianaName(value) !== null) return null
  const must = 'must be the IANA name of a time zone, such as Europe/Paris'
  return typeof value === 'string' ? `${must}. There is no zone ${shown(value)}` : must
}

/** Returns the zone of a provider's answer by its own name. A name that is not known here stays as it is. */
export function namedZone(told: string | null): string | null {
  return told === null ? null : (ianaName(told) ?? told)
}
