// Plays the person in front of the consent page, so that a test needs no browser.

import { z } from 'zod'
import { problemSentence, SandboxOptionError } from '../world/problem.ts'

/** Serves a request of the sandbox. */
export type Serve = (request: Request) => Promise<Response>

/** An authorization URL, and what the person decides. */
export interface PersonInput {
  /** The authorization URL, as the app sends the browser to it. */
  readonly url: string | URL
  /** Id, slug or username, or email; default: the provider's first. */
  readonly account?: string | undefined
  /** Default true. */
  readonly allow?: boolean | undefined
  /** The team to act for, at Cal.com with `show_account_selector=true`. */
  readonly team?: number | undefined
  /** Scopes that the person unticks, where the provider lets them. */
  readonly declineScopes?: readonly string[] | undefined
}

/** What the person does on the page. */
export interface Decision extends Omit<PersonInput, 'url'> {
  /** The only scopes that stay ticked. */
  readonly keepScopes?: readonly string[] | undefined
}

const isAddress = z
  .union([z.string(), z.instanceof(URL)], { error: 'give an authorization URL' })
  .refine((value) => URL.canParse(value), { error: 'give a whole authorization URL' })

/** The parts of the input that every way to consent has. */
export const personFields: {
  readonly url: z.ZodType<string | URL>
  readonly account: z.ZodType<string | undefined>
  readonly team: z.ZodType<number | undefined>
} = {
  url: isAddress,
  account: z.string({ error: 'give the id, the slug or the email address of an account' }).optional(),
  team: z.int({ error: 'give the number of a team' }).optional(),
}

const scopes = z.array(z.string(), { error: 'give a list of scopes' }).optional()
const personInput = z.strictObject({
  ...personFields,
  allow: z.boolean({ error: 'give true or false' }).optional(),
  declineScopes: scopes,
})

/**
 * Opens the page, submits it, and returns the address that the browser is sent to.
 *
 * @throws {SandboxOptionError} when the input is wrong.
 * @throws {Error} with the page's text when the provider shows an error instead of a redirect.
 */
export async function authorize(serve: Serve, input: PersonInput): Promise<URL> {
  const checked = personInput.safeParse(input)
  if (!checked.success) throw new SandboxOptionError(problemSentence('The input of authorize', checked.error))
  const { url, ...decision } = checked.data
  const result = await consent(serve, url, decision)
  if (typeof result === 'string') throw new Error(result)
  return result
}

/** Opens the page and submits it; returns the address that the browser is sent to, or why nobody is sent anywhere. */
export async function consent(serve: Serve, address: string | URL, decision: Decision): Promise<URL | string> {
  const url = new URL(address)
  const shown = await serve(new Request(url))
  if (isRedirect(shown)) return locationOf(shown)
  const page = await shown.text()
  if (!page.includes('name="decision"')) return refusal(shown.status, page)
  const strange = strangeScope(page, decision)
  if (strange !== null) return strange
  const answered = await serve(new Request(url, { method: 'POST', body: formOf(decision), redirect: 'manual' }))
  return isRedirect(answered) ? locationOf(answered) : refusal(answered.status, await answered.text())
}

function formOf({ allow, account, team, declineScopes = [], keepScopes }: Decision): URLSearchParams {
  const form = new URLSearchParams({ decision: allow === false ? 'deny' : 'allow' })
  if (account !== undefined) form.set('account', account)
  if (team !== undefined) form.set('team', String(team))
  for (const scope of declineScopes) form.append('decline', scope)
  if (keepScopes !== undefined) form.set('choice', '1')
  for (const scope of keepScopes ?? []) form.append('scope', scope)
  return form
}

/** The sentence about a scope that the page has no tick for. */
function strangeScope(page: string, { declineScopes = [], keepScopes = [] }: Decision): string | null {
  const ticks = [...page.matchAll(/name="scope"[^>]* value="([^"]*)"/g)].map(([, scope = '']) => scope)
  const strange = [...declineScopes, ...keepScopes].find((scope) => !ticks.includes(scope))
  if (strange === undefined) return null
  const why = ticks.length === 0 ? 'Here a person grants all of them or none' : `It has ${ticks.join(', ')}`
  return `The consent page has no tick for the scope ${JSON.stringify(strange)}. ${why}.`
}

function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400
}

function locationOf(response: Response): URL {
  return new URL(response.headers.get('location') ?? '')
}

function refusal(status: number, page: string): string {
  const text = /role="alert">([^<]*)</.exec(page)?.[1] ?? 'no consent page was shown'
  const plain = text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  return `The sandbox showed an error instead of the consent page (${status}): ${plain}`
}
