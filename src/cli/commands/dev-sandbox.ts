// The sandbox of `punctual dev`. Calendly's references are whole addresses that contain the sandbox's port. A port that the
// system has chosen is therefore requested again on the next run.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxOptions } from '../../sandbox/options.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { SandboxOptionError } from '../../sandbox/world/problem.ts'
import { CliError } from '../output/cli-error.ts'
import { sandboxRegistrations } from '../settings/clients.ts'
import { earlierSandboxPort, sandboxPortFile } from '../settings/sandbox-port.ts'
import type { Settings } from '../settings/settings.ts'

/** Starts it for an app at `baseUrl`, with the state of the last run. */
export async function startSandbox(
  { data, sandboxPort }: Pick<Settings, 'data' | 'sandboxPort'>,
  baseUrl: string,
  onWebhook: NonNullable<SandboxOptions['onWebhook']>,
): Promise<Sandbox> {
  const options = { file: join(data, 'sandbox.json'), clients: sandboxRegistrations(baseUrl), onWebhook }
  const earlier = sandboxPort === 0 ? earlierSandboxPort(data) : 0
  const box =
    (earlier > 0 ? await createSandbox({ ...options, port: earlier }).catch(ifNotInUse) : null) ??
    (await createSandbox({ ...options, port: sandboxPort }).catch((error: unknown) => {
      throw explained(error, sandboxPort, options.file)
    }))
  writeFileSync(sandboxPortFile(data), `${new URL(box.url).port}\n`)
  return box
}

function ifNotInUse(error: unknown): null {
  if (isInUse(error)) return null
  throw error
}

/** Turns the sandbox's sentence into one that names the setting. */
function explained(error: unknown, port: number, file: string): unknown {
  if (!(error instanceof SandboxOptionError)) return error
  if (isInUse(error)) {
    return new CliError(
      `The sandbox's port ${port} is in use: stop the other program, or set PUNCTUAL_SANDBOX_PORT to another port.`,
    )
  }
  if (!error.message.includes('"file"')) return new CliError(error.message)
  return new CliError(`The sandbox's file ${file} cannot be used: remove it to start with an empty sandbox.`)
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE'
}
