// `punctual listen --forward-to URL`: passes on events to an address on this machine while it runs, and prints what signs them.
// The application misses nothing by it: no event is acknowledged, and each is passed on once.

import { isSafeAddress } from '../../core/loopback.ts'
import { listenSecret } from '../operating/listen-secret.ts'
import { listenToProduct } from '../operating/listen-to-product.ts'
import { listenToSandbox } from '../operating/listen-to-sandbox.ts'
import type { Forwarded, Listener } from '../operating/listener.ts'
import { untilSignal } from '../operating/until-signal.ts'
import { assertExists } from '../operating/with-punctual.ts'
import { CliError } from '../output/cli-error.ts'
import { jsonText, type Output } from '../output/listing.ts'
import { shownText } from '../output/shown-text.ts'
import { secondText } from '../output/times.ts'
import type { Settings } from '../settings/settings.ts'

export interface ListenCommand {
  readonly forwardTo?: string
  /** `true`: the sandbox that runs on this machine. */
  readonly sandbox?: string | true
  /** Only the webhooks of this person of the sandbox. */
  readonly account?: string
}

export async function listen(command: ListenCommand, settings: Settings, output: Output): Promise<void> {
  const { sandbox, account } = command
  const url = addressOf(command.forwardTo)
  if (account !== undefined && sandbox === undefined)
    throw new CliError('--account chooses a person of the sandbox: give --sandbox too.', 2)
  // Otherwise the secret would make a folder beside no database.
  if (sandbox === undefined) assertExists(settings.database)
  const secret = listenSecret(settings.data)
  const listener: Listener = {
    url,
    secret,
    stop: untilSignal(),
    ready: (what) => announce(what, { url, secret }, output),
    forwarded: (event) => print(event, output),
  }
  if (sandbox === undefined) await listenToProduct(listener, settings)
  else await listenToSandbox(listener, settings, { account, at: sandbox === true ? undefined : sandbox })
}

function addressOf(text: string | undefined): string {
  const url = URL.parse(text ?? '')
  if (url && isSafeAddress(url) && !url.username && !url.hash) return url.href
  throw new CliError(
    text === undefined
      ? '--forward-to is missing: give an address such as http://localhost:3000/webhooks.'
      : '--forward-to must be http on this machine, or https: give an address such as http://localhost:3000/webhooks.',
    2,
  )
}

/** A program reads the secret from the first line. */
function announce(what: string, { url, secret }: Pick<Listener, 'url' | 'secret'>, { terminal, json }: Output): void {
  if (json) {
    terminal.line(jsonText({ listening: what, forwardTo: url, secret }))
    return
  }
  terminal.line(`${terminal.paint('bold', secret)}  signs what goes to ${url}`)
  terminal.line(terminal.paint('dim', `${what} Stop with Ctrl+C.`))
}

function print(event: Forwarded, { terminal, json }: Output): void {
  const { at, type, id, problem } = event
  const outcome = problem === null ? terminal.paint('green', 'taken') : terminal.paint('red', shownText(problem))
  const line = `${secondText(at)}  ${shownText(`${type}  ${id ?? ''}`).trimEnd()}  ${outcome}`
  terminal.line(json ? jsonText(event) : line)
}
