// Routing forms and their submissions. Invented: an organization of several people has one form, and one submission
// that led to its owner's first event type.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { readNewestFirst, requestedOrganization, wrongParameter } from '../api/requested-user.ts'
import { eventTypesOf } from '../resources/event-types-of.ts'
import { membersOf, organizations, ownerOf } from '../resources/people.ts'
import { trackingOf } from '../resources/tracking.ts'
import { madeUpId, madeUpTimes, organizationUri, timestamp, uriOf, uuidIn } from '../resources/uris.ts'

const common = { method: 'GET', scope: 'routing_forms:read' } as const

/** The endpoints of this resource. */
export const routingFormRoutes: readonly CalendlyRoute[] = [
  { ...common, path: '/routing_forms', answer: listForms },
  { ...common, path: '/routing_forms/:uuid', answer: readForm },
  { ...common, path: '/routing_form_submissions', answer: listSubmissions },
  { ...common, path: '/routing_form_submissions/:uuid', answer: readSubmission },
]

const question = {
  uuid: '5b1f2a52-3a0e-4a7e-9a49-6d8f5c2d1e10',
  name: 'What is your industry?',
  type: 'select',
  required: true,
  answer_choices: ['Software', 'Finance'],
}

function listForms(call: CalendlyCall): Answer {
  const { world, account } = call
  const requested = requestedOrganization(call)
  if ('refusal' in requested) return requested.refusal
  return listed(call, hasForm(world, requested.organization) ? [formResource(world, account.organization)] : [])
}

function readForm(call: CalendlyCall): Answer {
  return readIn(call, formIdOf, formResource)
}

function listSubmissions(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const id = uuidIn(world, exchange.query.get('form') ?? '', 'routing_forms')
  if (id === null) return wrongParameter(call, 'form', 'a full resource URI of this API')
  const organization = organizations(world).find((one) => hasForm(world, one) && formIdOf(one) === id)
  if (organization === undefined) return notFound(exchange, 'this form does not exist')
  if (organization !== account.organization) return denied(call)
  return listed(call, [submissionResource(world, organization)])
}

function readSubmission(call: CalendlyCall): Answer {
  return readIn(call, submissionIdOf, submissionResource)
}

function listed(call: CalendlyCall, rows: readonly object[]): Answer {
  const turned = readNewestFirst(call)
  return typeof turned === 'boolean' ? page(call, rows) : turned.refusal
}

function readIn(
  call: CalendlyCall,
  idOf: (organization: string) => string,
  resourceOf: (world: World, organization: string) => object,
): Answer {
  const { world, exchange, account, params } = call
  const found = organizations(world).find((one) => hasForm(world, one) && idOf(one) === params.uuid)
  if (found === undefined) return notFound(exchange, 'this form or submission does not exist')
  return found === account.organization ? jsonAnswer(200, { resource: resourceOf(world, found) }) : denied(call)
}

function denied({ exchange }: CalendlyCall): Answer {
  const message = 'You do not have permission to access this resource.'
  return permissionDenied(exchange, message, 'the form is of another organization')
}

function hasForm(world: World, organization: string): boolean {
  return membersOf(world, organization).length > 1
}

function formIdOf(organization: string): string {
  return madeUpId(`routing form of ${organization}`)
}

function submissionIdOf(organization: string): string {
  return madeUpId(`submission to ${organization}`)
}

function formResource(world: World, organization: string): object {
  return {
    created_at: timestamp(madeUpTimes.createdAt),
    name: 'First contact',
    organization: organizationUri(world, organization),
    questions: [question],
    status: 'published',
    updated_at: timestamp(madeUpTimes.updatedAt),
    uri: uriOf(world, 'routing_forms', formIdOf(organization)),
  }
}

function submissionResource(world: World, organization: string): object {
  const owner = ownerOf(world, organization)
  const [eventType] = owner === null ? [] : eventTypesOf(world, owner)
  return {
    created_at: timestamp(madeUpTimes.updatedAt),
    questions_and_answers: [{ answer: 'Software', question: question.name, question_uuid: question.uuid }],
    result:
      eventType === undefined
        ? { type: 'external_url', value: 'https://northwind.example' }
        : { type: 'event_type', value: eventType.uri },
    routing_form: uriOf(world, 'routing_forms', formIdOf(organization)),
    submitter: null,
    submitter_type: null,
    tracking: trackingOf(null),
    updated_at: timestamp(madeUpTimes.updatedAt),
    uri: uriOf(world, 'routing_form_submissions', submissionIdOf(organization)),
  }
}
