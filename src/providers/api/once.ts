// Schemas are made when they are first used, and then kept: an application uses a few of them, and its start waits for
// none.

/** Returns a function that makes the value at its first call, and returns the same one from then on. */
export function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | null = null
  return () => {
    made ??= make()
    return made
  }
}

/** Returns a function that makes one value for each object that it is given. */
export function onceForEach<From extends object, Value extends object>(
  make: (from: From) => Value,
): (from: From) => Value {
  const made = new WeakMap<From, Value>()
  return (from) => {
    const known = made.get(from) ?? make(from)
    made.set(from, known)
    return known
  }
}
