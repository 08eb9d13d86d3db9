// The refusal of a slot that cannot be booked. A taken one is 400 with the code `already_filled`, and a sentence in the
// account's language.

import type { Answer } from '../../http/exchange.ts'
import { isOpenSlot, overlaps } from '../../time/availability.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { CalendlyCall } from '../api/call.ts'
import { invalidArgument, notFound } from '../api/errors.ts'
import type { HostedEventType } from '../resources/event-types-of.ts'
import { takenBy } from './booking-state.ts'

/** The French one was seen in an answer of the live service; the others are translations of it. */
const sentences: Record<string, string> = {
  en: 'This start time is already taken',
  fr: 'Cette heure de début est déjà occupée',
  es: 'Esta hora de inicio ya está ocupada',
  de: 'Diese Startzeit ist bereits belegt',
  pt: 'Este horário de início já está ocupado',
}

/** 400, or 404 where a switch says so. */
function slotTaken({ world, exchange }: CalendlyCall, host: CalendlyAccount): Answer {
  const { switches } = world.state
  const why = 'another meeting has this start time, or overlaps with it'
  if (switches.calendlyTakenSlot === 'not_found') return notFound(exchange, why)
  const locale = switches.calendlyLocalizedDetails ? host.locale : 'en'
  const sentence = sentences[locale] ?? sentences.en ?? ''
  return invalidArgument(exchange, why, [{ parameter: 'event.start_time', message: sentence, code: 'already_filled' }])
}

/** A start that is past, too soon or outside the host's hours. What the live service says then is not known. */
function slotClosed({ world, exchange }: CalendlyCall, why: string): Answer {
  const gone = world.state.switches.calendlyTakenSlot === 'not_found'
  return gone ? notFound(exchange, why) : invalidArgument(exchange, why)
}

/** Returns why the slot cannot be booked; null when it can. A group meeting that is full counts as taken. */
export function refuseSlot(call: CalendlyCall, hosted: HostedEventType, startsAt: number): Answer | null {
  const { host, eventType, noticeMs } = hosted
  const { timeZone } = host
  const minutes = eventType.duration
  const taken = takenBy(call.world, hosted)
  const span = { from: startsAt, to: startsAt + minutes * 60_000 }
  if (startsAt <= call.exchange.now + noticeMs) return slotClosed(call, 'the start time is past, or too soon')
  if (taken.some((one) => overlaps(one, span))) return slotTaken(call, host)
  if (isOpenSlot({ timeZone, minutes, taken }, startsAt)) return null
  return slotClosed(call, 'the start time is not one of the event type’s available times')
}
