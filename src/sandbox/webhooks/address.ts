// Webhooks go to this machine by default, and nowhere else, whatever address was subscribed.

/** Whether the address is one of this machine. */
export function isOnThisMachine(address: string): boolean {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol)) return false
  const host = url.hostname
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
