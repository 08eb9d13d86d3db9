// A visit to pages in a browser, and what every page must be: without a complaint of the browser, without anything from another
// site, accessible, and no wider than its screen.

import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { watch } from './browser.ts'

export interface Visit extends BrowserContextOptions {
  /** From where a page may take something. Default: not looked at. */
  readonly origins?: readonly string[]
  /** Whether a page may say that it cannot be opened (5xx), as it may say that it is not found (4xx). */
  readonly mayFail?: boolean
}

/** Visits pages with a new profile. */
export async function visitIn(
  browser: Browser,
  { origins, mayFail = false, ...options }: Visit,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options)
  const seen = watch(context)
  try {
    await work(await context.newPage())
    const expected = mayFail ? /status of [45]\d\d/ : /status of 4\d\d/
    const complaints = seen.complaints.filter((one) => !(one.includes('the server responded') && expected.test(one)))
    assert.deepEqual(complaints, [])
    if (origins)
      assert.deepEqual(
        [...seen.origins].filter((origin) => !origins.includes(origin)),
        [],
        'nothing comes from another site',
      )
  } finally {
    await context.close()
  }
}

export interface Judging {
  /** Rules of axe-core. Default: all. */
  readonly rules?: readonly string[] | null
  /** Selectors of what is not looked at. */
  readonly exclude?: readonly string[]
  /** Whether the style sheets are loaded again, for the rules about them. Default: yes. */
  readonly preload?: boolean
}

/** What axe-core finds. It runs in the page as a script, which the page's policy forbids: give `bypassCSP` to the visit. */
export async function violations(
  page: Page,
  { rules = null, exclude = [], preload = true }: Judging = {},
): Promise<string[]> {
  // A page that is still loading may have its text and not yet its style sheet.
  await page.waitForLoadState()
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source)
  // What passes is not described.
  const options = { resultTypes: ['violations'], preload, ...(rules === null ? {} : { runOnly: rules }) }
  const { violations: found } = (await page.evaluate(
    `axe.run(${JSON.stringify({ exclude })}, ${JSON.stringify(options)})`,
  )) as axe.AxeResults
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

/** axe-core finds nothing, and nothing has to be scrolled sideways. What is folded is looked at too. */
export async function isAccessible(page: Page, what: string = page.url()): Promise<void> {
  await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
  assert.deepEqual(await violations(page), [], what)
  const width = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
  assert.ok(width <= 0, `${what} is ${width} pixels too wide`)
}
