// What a client needs to book over HTTP with Eve's account at one of the providers.

import type { Json, Service } from './service.ts'

export const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
const dayMs = 86_400_000

export interface BookingDesk {
  readonly base: string
  readonly ask: Service['ask']
  readonly refused: Service['refused']
  /** Sends a change with its key. */
  change(path: string, key: string, body: unknown): ReturnType<Service['ask']>
  /** One for one attendee, and answers to what it asks. */
  eventType(): Promise<{ id: string; answers: Record<string, string> }>
  slots(eventType: string): Promise<{ start: string; end: string }[]>
}

export async function deskOf(service: Service, client: 'calendly' | 'calcom'): Promise<BookingDesk> {
  const { ask, refused, host } = service
  const base = `/v1/connections/${await service.connect(client)}`
  return {
    base,
    ask,
    refused,
    change: (path, key, body) => ask('POST', base + path, { body, headers: { 'idempotency-key': key } }),
    async eventType() {
      const { body } = await ask('GET', `${base}/event-types?active=true`)
      const { id, questions } = body.eventTypes.find((one: { capacity: number }) => one.capacity === 1)
      const required = questions.filter((question: { required: boolean }) => question.required)
      return {
        id,
        answers: Object.fromEntries(
          required.map(({ key, options }: Json) => [key, options?.[0] ?? '+33 1 23 45 67 89']),
        ),
      }
    },
    async slots(eventType) {
      const now = host.sandbox.clock.now()
      const span = { from: new Date(now + dayMs).toISOString(), to: new Date(now + 6 * dayMs).toISOString() }
      const { body } = await ask('GET', `${base}/slots?${new URLSearchParams({ eventType, ...span })}`)
      return body.slots
    },
  }
}
