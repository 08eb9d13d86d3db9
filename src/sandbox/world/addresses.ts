// The providers' real origins, and which part of the sandbox stands for which of them.

/** The providers' own origins by the part of the sandbox that stands for them. */
export const ownOrigins = {
  '/calendly/auth': 'https://auth.calendly.com',
  '/calendly/api': 'https://api.calendly.com',
  '/calendly/site': 'https://calendly.com',
  '/calcom/app': 'https://app.cal.com',
  '/calcom/api': 'https://api.cal.com',
} as const

/** A part of the sandbox, by the beginning of its paths. */
export type Root = keyof typeof ownOrigins

/** The path in the sandbox of an address at one of the providers' own hosts; other addresses keep theirs. */
export function pathInSandbox({ hostname, pathname }: URL): string {
  const found = Object.entries(ownOrigins).find(([, origin]) => new URL(origin).hostname === hostname)
  return found === undefined ? pathname : found[0] + pathname
}
