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
 * Adds `hidden` fields to an object and freezes it. They can be read by name, and are left out when it is printed, spread
 * or serialised.
 */
export function withHidden<Shown extends object, Hidden extends Record<string, string>>(
  shown: Shown,
  hidden: Hidden,
): Readonly<Shown & Hidden> {
  const names = Object.keys(hidden)
  const masked = () => ({ ...Object.fromEntries(names.map((name) => [name, '[secret]'])), ...shown })
  for (const name of names) Object.defineProperty(shown, name, { value: hidden[name], enumerable: false })
  Object.defineProperty(shown, 'toJSON', { value: masked, enumerable: false })
  Object.defineProperty(shown, inspect, { value: masked, enumerable: false })
  return Object.freeze(shown) as Readonly<Shown & Hidden>
}
