// What a simulated provider answers.

export interface Said {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export function json(status: number, body: object): Said {
  return { status, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}
