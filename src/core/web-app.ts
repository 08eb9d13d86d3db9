/** What answers requests: a server, or pages. Each function may be passed on without the object. */
export interface WebApp {
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** The same for an address; of a path alone, at http://localhost. */
  readonly request: (address: string | URL | Request, init?: RequestInit) => Response | Promise<Response>
}
