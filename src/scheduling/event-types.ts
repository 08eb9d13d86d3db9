// What can be booked, and when its host is there.

import type { Pages } from '../core/calls.ts'
import { checkOptions, checkValue } from '../core/check.ts'
import type { EventType, Person, Schedule } from '../core/scheduling/model.ts'
import type { EventTypesQuery, VerbListOptions, VerbOptions } from '../core/scheduling/requests.ts'
import { eventTypesChecks } from './checks.ts'
import { wholePerson, wholeSchedule } from './completion.ts'
import { finishedList } from './lists.ts'
import { checkVerbOptions, listChecks, verbChecks, withOptions } from './options.ts'
import { idOf, readEventType } from './references.ts'
import { resumedList } from './resumed-list.ts'
import type { Target } from './target.ts'

export async function me(target: Target, options?: VerbOptions): Promise<Person> {
  checkVerbOptions('me', options, verbChecks)
  return wholePerson(await target.scheduling.me(withOptions(target.api, options)))
}

export function eventTypes(target: Target, query: EventTypesQuery = {}, options?: VerbListOptions): Pages<EventType> {
  checkOptions('eventTypes', query, eventTypesChecks)
  checkVerbOptions('eventTypes', options, listChecks)
  target.assertCan('eventTypes', 'eventTypes.read')
  const { active = null } = query
  const api = withOptions(target.api, options)
  return resumedList(target, { verb: 'eventTypes', query: { active }, options }, (from) =>
    finishedList(target.scheduling.eventTypes(api, { active }, from), {
      read: (next) => target.call({ what: 'eventTypes.read', provesNoRole: from !== undefined }, undefined, next),
      keep: (eventType) => active === null || eventType.active === active,
      finish: async (batch) => batch,
    }),
  )
}

export async function eventType(target: Target, id: string, options?: VerbOptions): Promise<EventType> {
  checkValue('eventType', 'id', id, idOf(target, 'event_type'))
  checkVerbOptions('eventType', options, verbChecks)
  return readEventType(target, 'eventType', id, options)
}

export function schedules(target: Target, options?: VerbListOptions): Pages<Schedule> {
  checkVerbOptions('schedules', options, listChecks)
  target.assertCan('schedules', 'schedules.read')
  const api = withOptions(target.api, options)
  return resumedList(target, { verb: 'schedules', query: {}, options }, (from) =>
    finishedList(target.scheduling.schedules(api, from), {
      read: (next) => target.call({ what: 'schedules.read', provesNoRole: from !== undefined }, undefined, next),
      keep: () => true,
      finish: async (batch) => batch.map(wholeSchedule),
    }),
  )
}
