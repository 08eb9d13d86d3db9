// Cal.com's `cal-api-version` by resource. Without it a resource answers in the shape of April 2024, and a version that
// it does not know is a 404.

const byResource: readonly (readonly [resource: string, version: string])[] = [
  ['schedules', '2024-06-11'],
  ['event-types', '2024-06-14'],
  ['bookings', '2026-02-25'],
  ['slots', '2024-09-04'],
]

/** The version that a call of that path needs. Other resources answer any. */
export function requestHeaders(path: string): Readonly<Record<string, string>> {
  const resource = /^\/(?:api\/)?v2\/(?:ee\/)?([^/?#]+)/.exec(path)?.[1]
  const [, version] = byResource.find(([name]) => name === resource) ?? []
  return version === undefined ? {} : { 'cal-api-version': version }
}
