// `punctual sandbox`: a stand-in for Calendly and Cal.com, for your own application.

import type { ShownDelivery } from '../../sandbox/control/webhooks.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { SandboxOptionError } from '../../sandbox/world/problem.ts'
import { CliError } from '../output/cli-error.ts'
import { clientsBlock, settingsBlock } from '../output/clients-block.ts'
import type { Terminal } from '../output/terminal.ts'
import { printUndelivered } from '../output/webhook-line.ts'
import { createClosers, untilStopped } from './stopping.ts'

export interface SandboxCommand {
  readonly port: number
  readonly file?: string
  readonly ownAddresses: boolean
}

export async function sandbox({ port, file, ownAddresses }: SandboxCommand, terminal: Terminal): Promise<void> {
  const closers = createClosers()
  const onWebhook = (webhook: ShownDelivery) => printUndelivered(webhook, terminal)
  const box = await createSandbox({ port, ownAddresses, onWebhook, ...(file === undefined ? {} : { file }) }).catch(
    (error: unknown) => {
      throw explained(error, port, file)
    },
  )
  closers.add(() => box.close())
  const stopped = untilStopped(closers, terminal)
  print(box, terminal)
  await stopped
}

function print(box: Sandbox, { line, paint }: Terminal): void {
  line(`${paint('bold', `${box.url}/`)}  the sandbox's page`)
  line()
  line(paint('bold', 'Calendly'))
  line(`  authorize      ${box.calendly.hosts.auth}/oauth/authorize`)
  line(`  token          ${box.calendly.hosts.auth}/oauth/token`)
  line(`  API            ${box.calendly.hosts.api}`)
  line(`  client id      ${box.calendly.clientId}`)
  line(`  client secret  ${box.calendly.clientSecret}`)
  line(`  native client  ${box.calendlyNative.clientId}`)
  line(`  webhook key    ${box.calendlyWebhookKey}`)
  line(paint('bold', 'Cal.com'))
  line(`  authorize      ${box.calcom.hosts.app}/auth/oauth2/authorize`)
  line(`  token          ${box.calcom.hosts.api}/v2/auth/oauth2/token`)
  line(`  API            ${box.calcom.hosts.api}/v2`)
  line(`  client id      ${box.calcom.clientId}`)
  line(`  client secret  ${box.calcom.clientSecret}`)
  line(`  public client  ${box.calcomPublic.clientId}`)
  line()
  line(`${paint('bold', 'For createPunctual')}  calendly and calcom are imported from 'punctual/providers'`)
  for (const row of clientsBlock(box)) line(row)
  line()
  line(`${paint('bold', 'For punctual serve')}  these settings`)
  for (const row of settingsBlock(box)) line(row)
  line()
  line(paint('dim', 'These credentials open nothing but this sandbox. Stop it with Ctrl+C.'))
}

/** Turns the sandbox's sentence into one that names the option. */
function explained(error: unknown, port: number, file: string | undefined): unknown {
  if (!(error instanceof SandboxOptionError)) return error
  if (isInUse(error)) return new CliError(`Port ${port} is in use: choose another with --port, or 0 for any free port.`)
  return file !== undefined && error.message.includes('"file"')
    ? new CliError(`--file ${file} cannot be used: ${error.message}`, 2)
    : new CliError(error.message)
}

function isInUse(error: Error): boolean {
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE'
}
