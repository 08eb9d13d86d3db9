// A real Chromium for the tests of pages. Each test gets a new profile in it.

import chromium from '@sparticuz/chromium'
import { type Browser, type BrowserContext, chromium as playwright } from 'playwright-core'

/**
 * Arguments of the package that are for a machine without shared memory, where pages are drawn as by a graphics card. A
 * renderer that is forked starts sooner than one that is executed, and half of the time went into the drawing.
 */
const unwanted =
  /^--(single-process|no-zygote|in-process-gpu|ignore-gpu-blocklist|use-gl=|use-angle=|enable-unsafe-swiftshader)/

export interface BrowserOptions {
  /** Makes every `window.open` fail, as a popup blocker does. */
  readonly blocksPopups?: boolean
}

/** Launches the Chromium that came with `npm ci`. */
export async function launchBrowser({ blocksPopups = false }: BrowserOptions = {}): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [
      ...chromium.args.filter((argument) => !unwanted.test(argument)),
      '--disable-gpu',
      '--no-sandbox',
      ...(blocksPopups ? ['--block-new-web-contents'] : []),
    ],
    headless: true,
  })
}

export interface Watch {
  /** Console errors, page errors and violated policies. */
  readonly complaints: readonly string[]
  /** The origins of all requests. */
  readonly origins: ReadonlySet<string>
}

/** Records the complaints of a browser, and the origins of its requests. */
export function watch(context: BrowserContext): Watch {
  const complaints: string[] = []
  const origins = new Set<string>()
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('request', (request) => void origins.add(new URL(request.url()).origin))
  return { complaints, origins }
}
