// Where webhooks may go by default: to this machine and nowhere else, whatever was subscribed.

/** Whether the address is one of this machine. */
export function isOnThisMachine(address: string): boolean {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol)) return false
  const host = url.hostname
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
