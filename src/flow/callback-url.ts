// The address that a provider sends the browser back to.

/** Returns the redirect URI of a client: one path for each client, so that answers cannot be mixed up. */
export function callbackUrl(baseUrl: string, client: string): string {
  return `${baseUrl}/callback/${client}`
}
