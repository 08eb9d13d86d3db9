// Opens the connect page and resolves with what came of it. The popup ends on a page of the host application, whose `finish`
// sends the outcome here. A provider's page may cut the popup off by its Cross-Origin-Opener-Policy: then `popup.closed` reads
// true here while it is open, `window.opener` is gone there, and the outcome comes by the channel of the host's own origin.

import { type ConnectResult, channelName, type Message } from './messages.ts'

export interface ConnectOptions {
  /**
   * The connect session's address. Give a promise to ask your back end for it: the popup opens at once, while the browser still
   * knows of the click.
   */
  readonly url: string | URL | PromiseLike<string | URL>
  /** `redirect`: in place. The page that the person comes back to calls `finish`. Default `popup`. */
  readonly mode?: 'popup' | 'redirect'
  /** Goes on in place where the browser blocks the popup. Default: resolves with `blocked`. */
  readonly ifBlocked?: 'redirect'
  /** Ends the waiting and closes the popup. */
  readonly signal?: AbortSignal
}

/** Milliseconds between two looks at the popup. */
const lookMs = 500
/** Looks with the focus here after which a popup that reads as closed is closed. */
const looks = 2
/** The same where the focus was elsewhere when it began to read so: it may stand behind, cut off. */
const looksIfCutOff = 20

/**
 * Opens the connect page in a popup or in place. In place it resolves only if the person comes back without an outcome.
 *
 * @throws the signal's reason once it is aborted, and what `url` rejects with.
 * @example
 * ```ts
 * const { outcome, session } = await connect({ url: fetch('/connect-session', { method: 'POST' }).then((answer) => answer.text()) })
 * ```
 */
export async function connect({ url, mode, ifBlocked, signal }: ConnectOptions): Promise<ConnectResult> {
  signal?.throwIfAborted()
  const inPlace = mode === 'redirect'
  const popup = inPlace ? null : open('', '_blank', 'width=520,height=760')
  if (popup && !popup.closed) return inPopup(popup, url, signal)
  if (!inPlace && !ifBlocked) return { outcome: 'blocked' }
  location.assign(checked(await url))
  // A browser may keep this page and show it again when the person goes back.
  return new Promise((resolve) => {
    addEventListener('pageshow', ({ persisted }) => persisted && resolve({ outcome: 'closed' }))
  })
}

function inPopup(popup: Window, url: ConnectOptions['url'], signal: AbortSignal | undefined): Promise<ConnectResult> {
  const id = String(crypto.getRandomValues(Uint32Array.of(0, 0)))
  const channel = new BroadcastChannel(channelName)
  const settled = new AbortController()
  const whileWaiting = { signal: settled.signal }
  let timer: ReturnType<typeof setInterval>

  return new Promise<ConnectResult>((resolve, reject) => {
    const fail = (reason: unknown) => {
      popup.close()
      reject(reason)
    }
    signal?.addEventListener('abort', () => fail(signal.reason), whileWaiting)

    const receive = ({ data, origin }: MessageEvent<Message | null>) => {
      if (origin !== location.origin || data?.punctual !== id || !data.result) return
      const answer: Message = { punctual: id }
      channel.postMessage(answer)
      popup.postMessage(answer, origin)
      resolve(data.result)
    }
    channel.onmessage = receive
    addEventListener('message', receive, whileWaiting)

    let closedLooks = 0
    let neededLooks = looks
    timer = setInterval(() => {
      if (!popup.closed) return
      const hasFocus = document.hasFocus()
      if (!hasFocus) neededLooks = looksIfCutOff
      closedLooks = hasFocus ? closedLooks + 1 : 0
      if (closedLooks >= neededLooks) resolve({ outcome: 'closed' })
    }, lookMs)

    const navigate = (address: string | URL) => {
      try {
        // The storage of a tab is kept for its origin while the tab visits others: `finish` finds the id there.
        popup.sessionStorage.setItem(channelName, id)
      } catch {
        // The browser keeps nothing for this site: then the outcome is for the page in the popup.
      }
      popup.location.replace(checked(address))
    }
    Promise.resolve(url).then(navigate).catch(fail)
  }).finally(() => {
    clearInterval(timer)
    channel.close()
    settled.abort()
  })
}

/** An address with another scheme would run in this page. */
function checked(address: string | URL): string {
  const { href, protocol } = new URL(address, location.href)
  if (!/^https?:$/.test(protocol)) throw new TypeError('connect: url must be http(s)')
  return href
}
