// The address under which browsers and providers reach the service.

import { isLoopback } from '../../../core/loopback.ts'
import { whereNameLeads } from '../probes/hosts.ts'
import { placeOf, type Reply } from '../probes/request.ts'
import { type Check, type Place, problemWith } from './check.ts'
import { type Finding, ok, together, unknown, wrong } from './finding.ts'

export function baseUrlCheck({
  read,
  clients,
  baseUrl,
  ask,
}: Pick<Place, 'read' | 'clients' | 'baseUrl' | 'ask'>): Check {
  return {
    id: 'base_url',
    async run() {
      const problem = problemWith(read, 'PUNCTUAL_URL')
      if (problem !== null) return wrong(problem, fixOf(read.given('PUNCTUAL_URL')?.trim() ?? ''))
      const url = new URL(baseUrl)
      const odd = oddParts(url, read.settings.port, read.settings.url !== null)
      if (odd.some(({ kind }) => kind === 'wrong')) return together(odd, ok(''))
      return together([...odd, await reached(url)], ok(''))
    },
  }

  async function reached(url: URL): Promise<Finding> {
    const asked = await ask(`${baseUrl}/callback/${clients[0]?.name ?? 'calendly'}`)
    if ('reply' in asked) return judge(asked.reply, url)
    const { code, what, fix } = asked.unreached
    if (/CERT|SSL|TLS|EPROTO|UNABLE_TO/.test(code)) return wrong(`${placeOf(url)} ${what}.`, fix)
    return isLoopback(url) ? ifNotHere(url, what) : notReached(url, what)
  }

  /** On this machine, the service may simply not run now; or it runs at its port, and the address names another. */
  async function ifNotHere(url: URL, what: string): Promise<Finding> {
    const { port } = read.settings
    const isOther = port !== 0 && read.settings.url !== null && url.port !== String(port)
    const own = `http://localhost:${port}`
    if (isOther && 'reply' in (await ask(`${own}/livez`)))
      return wrong(
        `PUNCTUAL_URL is ${baseUrl}, where nothing answers, and the service answers at ${own}.`,
        `Set PUNCTUAL_URL to ${own}, or PUNCTUAL_PORT to ${url.port || '80'}.`,
      )
    const hint = isOther ? ` PUNCTUAL_PORT is ${port}: without a proxy between them, they must agree.` : ''
    return ok(`${baseUrl}, on this machine alone. ${placeOf(url)} ${what}, so the service does not run now.${hint}`)
  }

  async function notReached(url: URL, what: string): Promise<Finding> {
    const { kind } = await whereNameLeads(url, 3000)
    const name = kind === 'nowhere' ? ` The DNS does not know ${url.hostname} here: check how it is spelt.` : ''
    return unknown(
      `${placeOf(url)} ${what}.${name}`,
      `Start the service, open ${baseUrl}/livez in a browser, and run this again where the service runs.`,
    )
  }
}

/** What answered the callback without a code: Punctual says that the link belongs to no connection. */
function judge({ status, headers }: Reply, url: URL): Finding {
  // Every page of Punctual has this policy.
  const isOurs =
    (status === 400 || status === 503) && /default-src 'none'/.test(headers['content-security-policy'] ?? '')
  if (isOurs) return ok(`${url.href.replace(/\/$/, '')}, where Punctual answers.`)
  if (status >= 300 && status < 400) {
    const to = URL.parse(headers.location ?? '', url)
    const where = to ? ` to ${to.origin}` : ''
    return wrong(
      `Something in front of Punctual redirects ${placeOf(url)}${where}: the answer of a provider gets lost there.`,
      to && to.origin !== url.origin
        ? `Set PUNCTUAL_URL to ${to.origin}${url.pathname.replace(/\/$/, '')}, or let the proxy pass /callback on.`
        : 'Let the proxy, or the login in front, pass /callback, /connect and /webhooks on as they are.',
    )
  }
  if (status === 401 || status === 403)
    return wrong(
      `Something in front of Punctual refuses ${placeOf(url)} (${status}): a login, or a firewall.`,
      'Let it pass /callback, /connect and /webhooks without a login of its own.',
    )
  if (status >= 500)
    return wrong(
      `${placeOf(url)} answers ${status}: a proxy does not reach the service, or the service has a fault.`,
      'Start the service, correct where the proxy forwards to, and look at the log of both.',
    )
  return wrong(
    `Another program answers at ${url.href} (${status} for /callback), not Punctual.`,
    'Correct host, port and path of PUNCTUAL_URL: its path is the one below which Punctual is mounted. Or stop the other program.',
  )
}

function oddParts(url: URL, port: number, isSet: boolean): readonly Finding[] {
  const found: Finding[] = []
  const [, end] = /(\/(?:callback|connect|webhooks|v1|docs|livez)(?:\/.*)?)$/.exec(url.pathname) ?? []
  if (end !== undefined)
    found.push(
      wrong(
        `PUNCTUAL_URL ends in ${end.split('/', 2).join('/')}, which Punctual adds itself.`,
        `Set PUNCTUAL_URL to ${url.href.slice(0, -end.length)}.`,
      ),
    )
  if (!isSet && port === 0)
    found.push(
      wrong(
        'PUNCTUAL_PORT is 0, so the address changes with every start, and with it the callback that is registered.',
        'Set PUNCTUAL_PORT to a fixed port, or PUNCTUAL_URL to the address of a proxy.',
      ),
    )
  if (/(^|\.)(calendly|cal)\.com$/.test(url.hostname))
    found.push(
      wrong('PUNCTUAL_URL is the address of a provider.', 'Set PUNCTUAL_URL to where your own service is reached.'),
    )
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]')
    found.push(
      wrong(
        'PUNCTUAL_URL is an address to listen on, which no browser can open.',
        'Set PUNCTUAL_URL to http://localhost and the port.',
      ),
    )
  return found
}

function fixOf(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'http:')
    return `Set PUNCTUAL_URL to https://${url.host}${url.pathname.replace(/\/$/, '')}, and put a proxy with a certificate in front of the service.`
  if (url === null && /^[\w-]+(\.[\w-]+)+/.test(text)) return 'Write the address with https:// in front of the host.'
  return 'Set PUNCTUAL_URL to an address such as https://app.example.com, or http://localhost:4600 on this machine.'
}
