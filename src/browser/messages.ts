// What the two windows say to each other. They are of one origin, the host application's: a page of any other can neither send
// nor receive it.

/** How it went. */
export type ConnectResult =
  /** `session`: give it to your back end, which completes it. `connection`: it is complete already. */
  | { readonly outcome: 'connected'; readonly session?: string; readonly connection?: string }
  /** `error`: a code, such as `access_denied`. */
  | { readonly outcome: 'failed'; readonly error: string; readonly session?: string }
  /** The person closed the popup, or went back. */
  | { readonly outcome: 'closed' }
  /** The browser did not open the popup. */
  | { readonly outcome: 'blocked' }

/** The name of the channel, and of the member by which a message is recognised. */
export const channelName = 'punctual'

/** `punctual`: the id of the popup. Without a `result`: the opener has taken it. */
export interface Message {
  readonly punctual: string
  readonly result?: ConnectResult
}
