// Which language the texts of the page are in.

export const languages = ['en', 'de', 'es'] as const

export type Language = (typeof languages)[number]

/**
 * The language that the browser prefers among those that the page has; English if it names none of them.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4 RFC 9110, section 12.5.4}
 */
export function preferredLanguage(request: Request): Language {
  const ranges = (request.headers.get('accept-language') ?? '').slice(0, 500).split(',')
  const wanted = ranges
    .map((range) => {
      const [tag = '', ...parameters] = range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/)
      const weight = parameters.find((one) => one.startsWith('q='))
      return {
        language: languages.find((one) => one === tag.split('-')[0]),
        weight: weight ? Number(weight.slice(2)) : 1,
      }
    })
    .filter(({ language, weight }) => language && weight > 0)
    .sort((one, other) => other.weight - one.weight)
  return wanted[0]?.language ?? 'en'
}
