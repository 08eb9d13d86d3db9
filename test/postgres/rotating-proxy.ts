// A transaction-mode pooler at its harshest: every transaction of a client goes to another session of the server than
// the last one, as PgBouncer may do it. It can also fall silent, like a network that drops every packet.

import { connect, createServer, type Server as Listener, type Socket } from 'node:net'

export interface Pooler extends AsyncDisposable {
  readonly port: number
  /** Transactions so far, and over how many sessions of the server. */
  counts(): { transactions: number; sessions: number }
  /** From now on nothing passes through the connections that are open. New ones work. */
  fallSilent(): void
  /** Drops every connection, and refuses new ones until `let()`. */
  refuse(): void
  let(): void
}

const ready = 0x5a // 'Z', ReadyForQuery; its one byte is 'I' outside a transaction.

interface Traffic {
  readonly open: Set<Socket>
  readonly silent: WeakSet<Socket>
  /** The sessions of the server that have had a transaction. */
  readonly used: Set<Socket>
  transactions: number
}

/**
 * In front of a Postgres on that port. `rotate`: each client holds two sessions of the server and changes from one to
 * the other whenever a transaction has ended; else it is a plain wire.
 */
export async function startProxy(target: number, { rotate }: { readonly rotate: boolean }): Promise<Pooler> {
  const traffic: Traffic = { open: new Set(), silent: new WeakSet(), used: new Set(), transactions: 0 }
  const { open, silent, used } = traffic
  let refusing = false

  const listener: Listener = createServer((client) => {
    if (refusing) client.destroy()
    else serve(client, target, rotate, traffic)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    counts: () => ({ transactions: traffic.transactions, sessions: used.size }),
    fallSilent() {
      for (const socket of open) silent.add(socket)
    },
    refuse() {
      refusing = true
      for (const socket of open) socket.destroy()
    },
    let() {
      refusing = false
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

/** Passes what one client says to its sessions of the server, and their answers back. */
function serve(client: Socket, target: number, rotate: boolean, traffic: Traffic): void {
  const { open, silent, used } = traffic
  const sessions = Array.from({ length: rotate ? 2 : 1 }, () => connect(target, '127.0.0.1'))
  let current = 0
  // All sessions log in with what the client says; the first one answers for them. What the client says after that
  // waits until the last one is in.
  const loggedIn = new Set<Socket>()
  const waiting: Buffer[] = []
  const all = [client, ...sessions]
  for (const socket of all) {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      for (const other of all) other.destroy()
    })
  }
  client.on('data', (data) => {
    if (silent.has(client)) return
    if (loggedIn.size === sessions.length) send(data)
    else if (sessions[0] && loggedIn.has(sessions[0])) waiting.push(data)
    else for (const session of sessions) session.write(data)
  })
  function send(data: Buffer): void {
    const session = sessions[current]
    if (!session) return
    used.add(session)
    session.write(data)
  }
  for (const [index, session] of sessions.entries()) {
    const parse = messages((type, body) => {
      if (type !== ready) return
      if (loggedIn.size < sessions.length) {
        loggedIn.add(session)
        if (loggedIn.size === sessions.length) for (const data of waiting) send(data)
      } else if (body === 0x49) {
        traffic.transactions++
        current = (index + 1) % sessions.length
      }
    })
    session.on('data', (data) => {
      if (silent.has(client)) return
      const speaks = loggedIn.size === sessions.length ? index === current : index === 0
      parse(data)
      if (speaks) client.write(data)
    })
  }
}

/** Reads the server's messages: type, length, body. Calls back with the type and the body's first byte. */
function messages(found: (type: number, body: number) => void): (data: Buffer) => void {
  let rest = Buffer.alloc(0)
  return (data) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= 5) {
      const end = 1 + rest.readUInt32BE(1)
      if (rest.length < end) return
      found(rest[0] ?? 0, rest[5] ?? 0)
      rest = rest.subarray(end)
    }
  }
}
