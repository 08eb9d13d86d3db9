// A response whose body is a text that is known as a whole. Its stream would take the text to the socket in several steps,
// so `listen` writes the text itself.

const texts = new WeakMap<Response, string>()

export function textResponse(text: string, init: ResponseInit): Response {
  const response = new Response(text, init)
  texts.set(response, text)
  return response
}

/** Returns the body of a response that `textResponse` has made; `null` for another one, or a copy. */
export function textOf(response: Response): string | null {
  return response.bodyUsed ? null : (texts.get(response) ?? null)
}
