// What a request to Cal.com's API presents in `Authorization`, read as the guards read it: they remove the first
// "Bearer ", in this case only, and use the rest. So a raw token works, and one after "bearer " does not.

/** Returns the presented token or API key, or null. */
export function presentedToken(headers: Headers): string | null {
  const rest = (headers.get('authorization') ?? '').replace('Bearer ', '')
  return rest === '' ? null : rest
}

/** An API key is known by its beginning alone. */
export function isApiKey(token: string): boolean {
  return token.startsWith('cal_')
}
