// The service below a path of a domain, such as https://app.example.com/punctual. A proxy may remove this path from a request
// or keep it: both work.

type Answer = (request: Request) => Response | Promise<Response>

/** Returns a function that answers requests with the path as those without it. */
export function belowPath(path: string, answer: Answer): Answer {
  const prefix = path.replace(/\/+$/, '')
  if (prefix === '') return answer
  return (request) => {
    const url = new URL(request.url)
    if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) return answer(request)
    // As a text: what is percent-encoded in the path stays so.
    const rest = request.url.slice(url.origin.length + prefix.length)
    return answer(new Request(`${url.origin}${rest.startsWith('/') ? rest : `/${rest}`}`, request))
  }
}
