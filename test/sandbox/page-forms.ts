// Opens the sandbox's own pages, and sends their forms as a browser does.

import assert from 'node:assert/strict'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { form, type Reply, send } from './app.ts'

export const headers = { accept: 'text/html' }

/** Sends the form of that id, as a browser does: its hidden fields, and what a person has filled in. */
export async function submit(
  sandbox: Sandbox,
  page: string,
  id: string,
  typed: Record<string, string> = {},
): Promise<Reply & { location: string | null }> {
  const { text } = await send(sandbox, sandbox.url + page, { headers })
  const [, action = '', inside = ''] =
    new RegExp(`<form method="post" action="([^"]*)" id="${id}"[^>]*>([\\s\\S]*?)</form>`).exec(text) ?? []
  assert.notEqual(action, '', `${page} has no form ${id}`)
  const fields: Record<string, string> = {}
  for (const [tag] of inside.matchAll(/<(input|textarea|select)[^>]*>/g)) {
    const of = (name: string): string | undefined => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]
    const name = of('name') ?? ''
    const options = new RegExp(`name="${name}"[^>]*>([\\s\\S]*?)</select>`).exec(inside)?.[1] ?? ''
    const chosen = / value="([^"]*)" selected/.exec(options)?.[1] ?? / value="([^"]*)"/.exec(options)?.[1]
    fields[name] = (of('value') ?? chosen ?? '').replaceAll('&amp;', '&')
  }
  for (const name of Object.keys(typed)) assert.ok(name in fields, `the form ${id} has no field ${name}`)
  const reply = await send(sandbox, sandbox.url + action, {
    method: 'POST',
    headers,
    body: form({ ...fields, ...typed }),
  })
  return { ...reply, text: plain(reply.text), location: reply.headers.get('location') }
}

/** A page, with its quotes as a person sees them. */
export async function open(sandbox: Sandbox, path: string): Promise<string> {
  const { status, text } = await send(sandbox, sandbox.url + path, { headers })
  assert.equal(status, 200, text)
  return plain(text)
}

function plain(text: string): string {
  return text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

/** The words of a page, without its tags. */
export function words(text: string): string {
  return text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
}
