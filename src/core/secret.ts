// A value that must not be seen. It prints, logs, serialises and inspects as `[secret]`; only `reveal()` returns it.

const inspect: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never

/** A string that shows itself as `[secret]` everywhere but through {@link Secret.reveal}. */
export interface Secret {
  reveal(): string
  toString(): string
  toJSON(): string
}

/** Wraps a string so that it cannot reach a log, a page or an error by accident. */
export function secret(value: string): Secret {
  const shown = () => '[secret]'
  const wrapped = { reveal: () => value, toString: shown, toJSON: shown }
  Object.defineProperty(wrapped, inspect, { value: shown })
  return Object.freeze(wrapped)
}

/**
 * Returns an object whose `hidden` fields can be read by name and are left out when it is printed, spread or serialised.
 */
export function withHidden<Shown extends object, Hidden extends Record<string, string>>(
  shown: Shown,
  hidden: Hidden,
): Readonly<Shown & Hidden> {
  const masked = { ...Object.fromEntries(Object.keys(hidden).map((name) => [name, '[secret]'])), ...shown }
  const result = { ...shown }
  for (const [name, value] of Object.entries(hidden)) Object.defineProperty(result, name, { value, enumerable: false })
  Object.defineProperty(result, 'toJSON', { value: () => masked, enumerable: false })
  Object.defineProperty(result, inspect, { value: () => masked, enumerable: false })
  return Object.freeze(result) as Readonly<Shown & Hidden>
}
