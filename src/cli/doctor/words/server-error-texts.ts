// What the codes that only the HTTP API has mean: the words of docs/errors.md, which a test holds to this table.

import type { serverReasons } from '../../../server/api/request/codes.ts'

type Texts = {
  readonly [Code in keyof typeof serverReasons]: {
    readonly meaning: string
    readonly reasons: { readonly [Reason in (typeof serverReasons)[Code][number]]: string }
  }
}

export const serverErrorTexts: Texts = {
  unauthorized: {
    meaning:
      'The request has no API key, or one that does not work: it does not exist, was revoked, or has expired. Send `Authorization: Bearer pk_…`. Has no reason.',
    reasons: {},
  },
  forbidden: {
    meaning: 'The API key works, and does not allow this.',
    reasons: {
      scope: 'the key does not have the scope that the operation needs; `scopes` names it',
      owner: 'the key is bound to one owner, and the request names another',
      tokens_off: 'the service gives its tokens to nobody',
    },
  },
  route_not_found: {
    meaning: 'The API has nothing at this address. `/docs` lists what there is. Has no reason.',
    reasons: {},
  },
  event_type_not_found: {
    meaning:
      'The provider has no event type of that id, or hides it. One that says that the account may not see it answers `provider_refused`, reason `not_permitted`. Has no reason. List the event types.',
    reasons: {},
  },
  booking_not_found: {
    meaning:
      'The provider has no booking of that id, or hides it. One that says that the account may not see it answers `provider_refused`, reason `not_permitted`. Has no reason. An id that is an address is percent-encoded in a path.',
    reasons: {},
  },
  method_not_allowed: {
    meaning:
      'The address exists, and does not take this method. The header `Allow` lists those that it takes. Has no reason.',
    reasons: {},
  },
  request_timeout: {
    meaning: 'The body of the request did not arrive in time. Nothing was done. Send it again. Has no reason.',
    reasons: {},
  },
  booking_moved: {
    meaning:
      "The booking was moved: by you, by its host, or by its attendee on the provider's page. `replacedBy` is the id of the booking that replaces it: change that one. Has no reason.",
    reasons: {},
  },
  booking_cancelled: {
    meaning: 'The booking is cancelled, and so cannot be moved. Has no reason. Book again.',
    reasons: {},
  },
  operation_timeout: {
    meaning:
      "The request took longer than 55 seconds. One that reads has ended: its calls had to wait for their turn within the provider's limits, or were too many. One that changes something goes on: send it again with the same `Idempotency-Key`, to learn what came of it. Has no reason.",
    reasons: {},
  },
  key_in_use: {
    meaning:
      'Another process works on a request with this `Idempotency-Key`, for ten seconds or longer: it is slow, or it has died. Send the same request again after `retryAfterMs`, which is a minute at most. A request that comes earlier waits for the answer first. Has no reason.',
    reasons: {},
  },
  key_reused: {
    meaning:
      'This `Idempotency-Key` was used for another request of the same connection. Use a new key for each change, and the same one for its retries. Has no reason.',
    reasons: {},
  },
  body_too_large: {
    meaning:
      'The body of the request is longer than 256 KiB, or its address and its headers together are longer than 16 KiB. Has no reason.',
    reasons: {},
  },
  unsupported_media_type: {
    meaning: 'The body of the request is not announced as JSON. Send `Content-Type: application/json`. Has no reason.',
    reasons: {},
  },
  too_many_requests: {
    meaning:
      'The API key has made more requests in a minute than it may; the headers `RateLimit` and `RateLimit-Policy` count them. Try again after `retryAfterMs`. Has no reason. The limit of a provider is `rate_limited`.',
    reasons: {},
  },
  starting: {
    meaning:
      'The service is starting. Try again after `retryAfterMs`. Has no reason. `/livez` says 200 meanwhile, and `/readyz` says 503.',
    reasons: {},
  },
  unexpected: {
    meaning:
      'The service failed for a reason that it does not know. The fault is in its log, under the `requestId`. Has no reason.',
    reasons: {},
  },
}
