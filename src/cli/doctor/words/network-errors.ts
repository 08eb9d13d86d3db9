// What the codes of Node's network, TLS and file errors mean, and what to do: for the checks, and for `--explain`.

/** What one code means. `what` is the rest of a sentence that begins with the host or the file. */
export interface ErrorMeaning {
  readonly what: string
  readonly fix: string
}

const notTrusted = 'has a certificate that this machine does not trust'
const trustIt =
  'Install a certificate of a public authority with its whole chain, or name the file of your own authority in NODE_EXTRA_CA_CERTS.'

const meanings: Readonly<Record<string, ErrorMeaning>> = {
  ECONNREFUSED: {
    what: 'refuses connections: nothing listens at that host and port',
    fix: 'Start what should listen there, or correct the host and the port.',
  },
  ENOTFOUND: {
    what: 'cannot be found: the name of the host does not exist',
    fix: 'Correct the name of the host, or wait until its DNS entry is known.',
  },
  EAI_AGAIN: {
    what: 'cannot be looked up: the name server does not answer',
    fix: "Check this machine's network and DNS, then try again.",
  },
  EAI_FAIL: { what: 'cannot be looked up: the name server failed', fix: "Check this machine's DNS, then try again." },
  ETIMEDOUT: {
    what: 'does not answer: the connection was not made in time',
    fix: 'Check that the host runs, and that no firewall or proxy stops the way to it.',
  },
  UND_ERR_CONNECT_TIMEOUT: {
    what: 'does not answer: the connection was not made in time',
    fix: 'Check that the host runs, and that no firewall or proxy stops the way to it.',
  },
  UND_ERR_HEADERS_TIMEOUT: {
    what: 'took the connection and sent no answer in time',
    fix: 'Look at what the server does with the request; a proxy may be in front of it.',
  },
  timeout: {
    what: 'gave no answer in time',
    fix: 'Check that the host runs, and that no firewall or proxy stops the way to it.',
  },
  EHOSTUNREACH: { what: 'cannot be reached: there is no route to the host', fix: "Check this machine's network." },
  ENETUNREACH: {
    what: 'cannot be reached: there is no route to its network',
    fix: "Check this machine's network; an IPv6 address needs IPv6.",
  },
  ECONNRESET: {
    what: 'has broken the connection off',
    fix: 'Check that the port speaks the protocol of the address (http or https), and what is in front of the server.',
  },
  UND_ERR_SOCKET: {
    what: 'has broken the connection off',
    fix: 'Check that the port speaks the protocol of the address (http or https), and what is in front of the server.',
  },
  EPIPE: {
    what: 'has closed the connection while something was sent',
    fix: 'Look at what the server does with the request.',
  },
  EPROTO: {
    what: 'does not speak TLS at that port, or not a version that Node takes',
    fix: 'Use http:// if the port has no TLS, or correct the port.',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    what: 'does not speak TLS at that port',
    fix: 'Use http:// if the port has no TLS (on this machine alone), or correct the port.',
  },
  HPE_INVALID_CONSTANT: {
    what: 'does not speak HTTP at that port',
    fix: 'Use https:// if the port has TLS, or correct the port.',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    what: `${notTrusted}: it is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    fix: trustIt,
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    what: `${notTrusted}: its authority is self-signed (SELF_SIGNED_CERT_IN_CHAIN)`,
    fix: trustIt,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    what: `${notTrusted}: a certificate of its chain is missing (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`,
    fix: 'Let the server send the whole chain (fullchain.pem), or name the file of your own authority in NODE_EXTRA_CA_CERTS.',
  },
  UNABLE_TO_GET_ISSUER_CERT: { what: `${notTrusted}: its authority is not known`, fix: trustIt },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { what: `${notTrusted}: its authority is not known`, fix: trustIt },
  CERT_HAS_EXPIRED: {
    what: 'has a certificate that has expired',
    fix: "Renew the certificate. If it is new, correct this machine's clock.",
  },
  CERT_NOT_YET_VALID: {
    what: 'has a certificate that is not valid yet',
    fix: "Correct this machine's clock, or the certificate.",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: 'has a certificate for another name',
    fix: 'Use the name that the certificate has, or install a certificate for this name.',
  },
  EADDRINUSE: {
    what: 'cannot be listened on: another program uses the port',
    fix: 'Stop the other program, or set PUNCTUAL_PORT (for the sandbox PUNCTUAL_SANDBOX_PORT) to another port.',
  },
  EADDRNOTAVAIL: {
    what: 'is not an address of this machine',
    fix: 'Set PUNCTUAL_HOST to localhost, to 0.0.0.0 or to an address of this machine.',
  },
  EACCES: {
    what: 'may not be used by this user (EACCES)',
    fix: 'Give this user access to the file and its folder; a port below 1024 needs more rights.',
  },
  EPERM: { what: 'may not be used by this user (EPERM)', fix: 'Give this user access to the file and its folder.' },
  EROFS: { what: 'is on a file system that cannot be written (EROFS)', fix: 'Name a folder that can be written.' },
  ENOSPC: { what: 'cannot be written: the disk is full (ENOSPC)', fix: 'Make room on the disk.' },
  EDQUOT: { what: 'cannot be written: the quota is used up (EDQUOT)', fix: 'Make room, or raise the quota.' },
  ENOENT: { what: 'does not exist (ENOENT)', fix: 'Correct the path, or make the folder.' },
  ENOTDIR: { what: 'is not a folder (ENOTDIR)', fix: 'Name a folder, or move that file away.' },
  EISDIR: { what: 'is a folder, not a file (EISDIR)', fix: 'Name a file in it.' },
  EMFILE: { what: 'has too many open files (EMFILE)', fix: 'Raise the limit of open files (ulimit -n).' },
  ERR_MODULE_NOT_FOUND: {
    what: 'needs a package that is not installed (ERR_MODULE_NOT_FOUND)',
    fix: 'Run npm install. For Postgres: npm install pg.',
  },
  ERR_UNKNOWN_FILE_EXTENSION: {
    what: 'is a file that this Node cannot load',
    fix: 'Use Node 22.13 or newer, or load the built package.',
  },
}

/** Returns what a code means; `null` for one that is not in the table. */
export function meaningOfCode(code: string): ErrorMeaning | null {
  const name = code.startsWith('HPE_') ? 'HPE_INVALID_CONSTANT' : code
  return Object.hasOwn(meanings, name) ? (meanings[name] ?? null) : null
}

/** Returns the first code of the table that stands in a text. */
export function codeIn(text: string): string | null {
  const words = new Set(text.match(/\b(?:E[A-Z0-9_]{3,}|[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\b/g) ?? [])
  for (const code of Object.keys(meanings)) if (words.has(code)) return code
  return bySentence.find(([pattern]) => pattern.test(text))?.[1] ?? null
}

/** How the same errors read without their code. */
const bySentence: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/self[- ]signed certificate in certificate chain/i, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/self[- ]signed certificate/i, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/unable to verify the first certificate/i, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/unable to get (local )?issuer certificate/i, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  [/certificate has expired/i, 'CERT_HAS_EXPIRED'],
  [/certificate is not yet valid/i, 'CERT_NOT_YET_VALID'],
  [/does not match certificate's altnames|Hostname\/IP does not match/i, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/wrong version number/i, 'ERR_SSL_WRONG_VERSION_NUMBER'],
  [/socket hang up|other side closed/i, 'ECONNRESET'],
  [/connection refused/i, 'ECONNREFUSED'],
  [/no space left on device/i, 'ENOSPC'],
  [/address already in use/i, 'EADDRINUSE'],
  [/permission denied, (open|mkdir|scandir|access)/i, 'EACCES'],
  [/Cannot find (package|module)/i, 'ERR_MODULE_NOT_FOUND'],
]
