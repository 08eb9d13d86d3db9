// Where a provider's servers are, unless a client names others.

/** The hosts to talk to: their own path is kept, slashes at its end are not. They have been checked. */
export function hostsOf<Name extends string>(
  hosts: Partial<Record<Name, string | undefined>> | undefined,
  defaults: Readonly<Record<Name, string>>,
): Record<Name, string> {
  const chosen = Object.keys(defaults).map((key) => {
    const name = key as Name
    return [name, new URL(hosts?.[name] ?? defaults[name]).href.replace(/\/+$/, '')]
  })
  return Object.fromEntries(chosen) as Record<Name, string>
}
