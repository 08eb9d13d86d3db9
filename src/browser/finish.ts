// For the page of the host application that the person comes back to: reads the outcome from its address. In a popup that
// `connect` opened it sends the outcome there and closes the popup; else the outcome is for this page.

import { type ConnectResult, channelName, type Message } from './messages.ts'

/** Milliseconds in which the page that opened the popup must say that it has the outcome. */
const answerMs = 1000

/**
 * Returns the outcome if it is for this page, and `null` if the page that opened this popup has it: then the popup is closing,
 * and a browser that leaves it open needs a sentence such as "You can close this window". Call it once, when the page loads.
 *
 * It never loses an outcome: if the page that opened the popup is gone, or does not wait any more, the outcome is for this page.
 */
export async function finish(): Promise<ConnectResult | null> {
  const result = resultOf(new URLSearchParams(location.search))
  const id = takeId()
  if (id === null) return result
  const message: Message = { punctual: id, result }
  const channel = new BroadcastChannel(channelName)
  const isTaken = await new Promise<unknown>((resolve) => {
    const receive = ({ data, origin }: MessageEvent<Message | null>) => {
      if (origin === location.origin && data?.punctual === id && !data.result) resolve(true)
    }
    channel.onmessage = receive
    addEventListener('message', receive)
    setTimeout(resolve, answerMs)
    channel.postMessage(message)
    // For an opener whose channel is another one, such as a frame on a page of another site.
    opener?.postMessage(message, location.origin)
  })
  channel.close()
  if (!isTaken) return result
  close()
  return null
}

function resultOf(query: URLSearchParams): ConnectResult {
  const session = query.get('punctual_session')
  const connection = query.get('connection')
  if (session) return { outcome: 'connected', session }
  if (query.get('punctual') === 'connected' && connection) return { outcome: 'connected', connection }
  return { outcome: 'failed', error: query.get('error') ?? 'unknown' }
}

/** The id that `connect` left in this tab, once. `null`: it did not open this tab. */
function takeId(): string | null {
  try {
    const id = sessionStorage.getItem(channelName)
    sessionStorage.removeItem(channelName)
    return id
  } catch {
    // The browser keeps nothing for this site.
    return null
  }
}
