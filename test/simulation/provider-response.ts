// The response of a simulated provider.

export interface ProviderResponse {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export function json(status: number, body: object): ProviderResponse {
  return { status, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}
