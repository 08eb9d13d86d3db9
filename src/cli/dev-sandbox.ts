// The sandbox of `punctual dev`. Calendly's references are whole addresses, with the sandbox's port in them; a port that
// was chosen by chance is therefore asked for again on the next run.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxOptions } from '../sandbox/options.ts'
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { SandboxOptionError } from '../sandbox/world/problem.ts'
import { sandboxRegistrations } from './clients.ts'
import { SentenceError } from './sentence.ts'
import type { Settings } from './settings.ts'

/** Starts it for an app at `baseUrl`, with what it knew before. */
export async function startSandbox(
  { data, sandboxPort }: Pick<Settings, 'data' | 'sandboxPort'>,
  baseUrl: string,
  onWebhook: NonNullable<SandboxOptions['onWebhook']>,
): Promise<Sandbox> {
  const options = { file: join(data, 'sandbox.json'), clients: sandboxRegistrations(baseUrl), onWebhook }
  const portFile = join(data, 'sandbox.port')
  const earlier = sandboxPort === 0 ? readPort(portFile) : 0
  const box =
    (earlier > 0 ? await createSandbox({ ...options, port: earlier }).catch(ifNotInUse) : null) ??
    (await createSandbox({ ...options, port: sandboxPort }).catch((error: unknown) => {
      throw explained(error, sandboxPort, options.file)
    }))
  writeFileSync(portFile, `${new URL(box.url).port}\n`)
  return box
}

function readPort(file: string): number {
  try {
    const text = readFileSync(file, 'utf8').trim()
    return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : 0
  } catch {
    return 0
  }
}

function ifNotInUse(error: unknown): null {
  if (isInUse(error)) return null
  throw error
}

/** The sandbox's own sentence, in the words of the settings. */
function explained(error: unknown, port: number, file: string): unknown {
  if (!(error instanceof SandboxOptionError)) return error
  if (isInUse(error)) {
    return new SentenceError(
      `The sandbox's port ${port} is in use: end the other program, or set PUNCTUAL_SANDBOX_PORT to another port.`,
    )
  }
  if (!error.message.includes('"file"')) return new SentenceError(error.message)
  return new SentenceError(`The sandbox's file ${file} cannot be used: remove it to begin with an empty sandbox.`)
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE'
}
