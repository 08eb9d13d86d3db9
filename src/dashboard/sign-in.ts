// Signs a person in with an API key that has the scope `admin`, and keeps the pages read-only until they are unlocked for ten
// minutes. Who signs in, unlocks, locks and signs out is written to the audit, under the name of the key.

import type { Context, Hono } from 'hono'
import type { Clock } from '../core/clock.ts'
import type { Audit } from './audit.ts'
import { formIn } from './form.ts'
import type { Frame, Html } from './layout.ts'
import { createSessionCookie, type Sealer, type Session } from './session-cookie.ts'
import { drawControls, signInPage } from './sign-in-page.ts'
import { createSignedIn, nameOfKey, refusalOf, type Signed, type Verify } from './signed-in.ts'
import type { Doors, Visit } from './visit.ts'

export interface SignInInit {
  readonly apiKeys: Verify
  readonly sealer: Sealer
  /** Where the pages are reached. */
  readonly own: URL
  readonly clock: Clock
}

export interface SignIn {
  /** The name of the key of a request, with its id; `null`: nobody is signed in. */
  actor(request: Request): Promise<string | null>
  /** Whether the pages are unlocked. */
  mayAct(request: Request): Promise<boolean>
  /** The buttons that unlock, lock and sign out. */
  controls(request: Request, visit: Frame): Promise<Html | ''>
  /** Sends a person who is not signed in to the form, and back afterwards. */
  redirect(c: Context, base: string): Response
  addTo(app: Hono, init: { readonly frame: Frame; readonly doors: Doors; readonly audit: Audit }): void
}

/** How long a person stays signed in. */
const sessionMs = 7_200_000
const unlockedMs = 600_000
/** Keys that were refused, and are noted one by one: so few that a year of them does not fill the audit. */
const mostRefusalsAnHour = 5
const hourMs = 3_600_000

export function createSignIn({ apiKeys, sealer, own, clock }: SignInInit): SignIn {
  const cookie = createSessionCookie(own, sealer)
  const signedOf = createSignedIn(apiKeys, cookie, clock)
  const isNoted = createHourLimit(clock)
  const isUnlocked = ({ session }: Signed) => session.unlockedUntil > clock.now()

  async function signIn(c: Context, frame: Frame, audit: Audit): Promise<Response> {
    const form = await formIn(c, clock)
    const [text, to] = [String(form?.get('key') ?? '').trim(), String(form?.get('to') ?? '')]
    const key = await apiKeys.verify(text)
    const refusal = key ? refusalOf(key) : 'There is no such key, or it has ended.'
    const visit = visitOf(frame, key ? nameOfKey(key) : 'nobody')
    if (!key || refusal !== null) {
      if (isNoted()) await audit.record(visit, 'sign_in', key?.id ?? 'unknown key', { outcome: 'refused' })
      return signInPage(frame, { to, refusal })
    }
    await audit.record(visit, 'sign_in', key.id, 'ok')
    const now = clock.now()
    return go(frame, to, cookie.write({ key: text, endsAt: now + sessionMs, unlockedUntil: 0 }, now))
  }

  return {
    actor: async (request) => (await signedOf(request))?.name ?? null,
    async mayAct(request) {
      const signed = await signedOf(request)
      return signed !== null && isUnlocked(signed)
    },
    async controls(request, frame) {
      const signed = await signedOf(request)
      return signed
        ? drawControls(frame, isUnlocked(signed) ? new Date(signed.session.unlockedUntil) : null, clock.now())
        : ''
    },
    redirect: (c, base) => go({ base, own }, `${base}/sign-in?${new URLSearchParams({ to: pathIn(c) })}`, null),
    addTo(app, { frame, doors, audit }) {
      /** Another state of the session: `null` ends it. */
      const change = (
        action: 'unlock' | 'lock' | 'sign_out',
        next: (session: Session, now: number) => Session | null,
      ) =>
        doors.looks(async (c, visit: Visit) => {
          const signed = await signedOf(c.req.raw)
          if (!signed) return go(frame, '', null)
          const to = String((await formIn(c, clock))?.get('to') ?? '')
          const noted = audit.record(visit, action, signed.id, 'ok')
          // A person can sign out while nothing can be written.
          await (action === 'sign_out' ? noted.catch(() => {}) : noted)
          const now = clock.now()
          return go(frame, to, cookie.write(next(signed.session, now), now))
        })
      app.get(
        '/sign-in',
        doors.open((c) => signInPage(frame, { to: c.req.query('to') ?? '', refusal: null })),
      )
      app.post(
        '/sign-in',
        doors.open((c) => signIn(c, frame, audit)),
      )
      app.post(
        '/unlock',
        change('unlock', (session, now) => ({ ...session, unlockedUntil: now + unlockedMs })),
      )
      app.post(
        '/lock',
        change('lock', (session) => ({ ...session, unlockedUntil: 0 })),
      )
      app.post(
        '/sign-out',
        change('sign_out', () => null),
      )
    },
  }
}

function visitOf(frame: Frame, name: string): Visit {
  return { ...frame, person: { name, mayAct: false, controls: '' } }
}

/** Anybody can try a key as often as they like: that somebody does is in the audit, and the audit keeps its room. */
function createHourLimit(clock: Pick<Clock, 'now'>): () => boolean {
  let [hour, count] = [0, 0]
  return () => {
    const now = Math.floor(clock.now() / hourMs)
    count = now === hour ? count + 1 : 1
    hour = now
    return count <= mostRefusalsAnHour
  }
}

function pathIn(c: Context): string {
  return c.req.path + new URL(c.req.url).search
}

/** Redirects to a page of ours; what is not one leads to the first page. */
function go({ base, own }: Pick<Frame, 'base' | 'own'>, to: string, setCookie: string | null): Response {
  const asked = URL.parse(to, own)
  // A path that begins with two slashes is another host to a browser.
  const isPage = (path: string) => (path === base || path.startsWith(`${base}/`)) && !path.startsWith('//')
  const isOurs = asked?.origin === own.origin && isPage(asked.pathname)
  const headers = new Headers({
    location: isOurs ? `${asked.pathname}${asked.search}` : `${base}/`,
    'cache-control': 'no-store',
  })
  if (setCookie !== null) headers.append('set-cookie', setCookie)
  return new Response(null, { status: 303, headers })
}
