// Listens on the port of the settings, and says in a sentence why it cannot.

import { type Listening, listen } from '../../server/listen.ts'
import { CliError } from '../output/cli-error.ts'
import type { Settings } from '../settings/settings.ts'

type Answer = (request: Request) => Response | Promise<Response>

/** @throws {CliError} if the port or the address cannot be used. */
export async function listenOn({ port, host }: Pick<Settings, 'port' | 'host'>, fetch: Answer): Promise<Listening> {
  try {
    return await listen({ fetch, port, hostname: host })
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'EADDRINUSE':
        throw new CliError(
          `Port ${port} is in use: stop the other program, or set PUNCTUAL_PORT to another port (0 for any free one).`,
        )
      case 'EACCES':
        throw new CliError(`This user may not use port ${port}: set PUNCTUAL_PORT to a port above 1023.`)
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        throw new CliError(
          `PUNCTUAL_HOST is ${JSON.stringify(host)}, which is not an address of this machine: give 0.0.0.0 or :: for all of its addresses.`,
          2,
        )
      default:
        throw error
    }
  }
}
