// The hosts of a provider, which a client may replace by others.

/** Returns the hosts to use, without slashes at the end of their paths. The caller has checked them. */
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
