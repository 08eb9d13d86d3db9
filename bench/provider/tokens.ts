// The bench's tokens: each names its account and its number, so that the provider keeps next to nothing and a database
// can be filled without it. Access tokens are as long as Calendly's.

const accessTokenLength = 600

export interface IssuedTokens {
  readonly access_token: string
  readonly refresh_token: string
}

export function newTokens(account: string, number: number): IssuedTokens {
  return {
    access_token: `at.${account}.${number}.`.padEnd(accessTokenLength, 'a'),
    refresh_token: `rt.${account}.${number}.${'r'.repeat(32)}`,
  }
}

/** Any code works; it names the account that consents. */
export function codeOf(account: string): string {
  return `code-${account}`
}

export function accountOfCode(code: string): string {
  return code.slice('code-'.length)
}

/** The account of a header `Bearer at.{account}.{number}.…`. */
export function accountOfToken(header: string): string {
  return header.split('.')[1] ?? ''
}

export function parseRefreshToken(token: string): { account: string; number: number } {
  const [, account = '', number = '0'] = token.split('.')
  return { account, number: Number(number) }
}
