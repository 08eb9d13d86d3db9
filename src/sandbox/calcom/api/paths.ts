// How Cal.com's API reads a path.

/** The token endpoint. */
export const tokenPath = '/v2/auth/oauth2/token'

/** `/api/v2/...` and `/v2/ee/...` are rewritten to `/v2/...`; one slash at the end does not count. */
export function canonicalPath(path: string): string {
  return path
    .replace(/^\/api\/v2\//i, '/v2/')
    .replace(/^\/v2\/ee\//i, '/v2/')
    .replace(/(?<=.)\/$/, '')
}
