// The address to which a person goes back, with what came of the trip in its query.

export type TripMembers = Readonly<Record<string, string | null>>

/**
 * Returns `returnTo` with these members; `null` leaves one out. What it has of an earlier trip would be taken for the outcome of
 * this one, and is removed.
 */
export function returnAddress(returnTo: string, members: TripMembers): URL {
  const url = new URL(returnTo)
  const earlier = url.searchParams.has('punctual') ? ['punctual', 'connection', 'error', 'reason'] : []
  for (const name of ['punctual_session', ...earlier]) url.searchParams.delete(name)
  for (const [name, value] of Object.entries(members)) if (value) url.searchParams.set(name, value)
  return url
}
