// `punctual keys check`: whether the keys open what is stored. It is the check of `punctual doctor`, which changes nothing.

import { keysCheck } from '../../doctor/checks/keys.ts'
import { createLook } from '../../doctor/probes/database.ts'
import { readAll } from '../../doctor/settings/read.ts'
import { jsonText, type Output } from '../../output/listing.ts'

/** It ends with 1 unless all that was looked at opens. */
export async function checkKeys({ terminal, json }: Output): Promise<void> {
  const read = readAll(process.env, process.cwd())
  const database = createLook(read.settings.database)
  try {
    const { kind, message, fix } = await keysCheck({ read, database }).run()
    const ok = kind === 'ok'
    if (!ok) process.exitCode = 1
    if (json) return terminal.line(jsonText({ ok, message, fix }, 2))
    terminal.line(`${ok ? terminal.paint('green', '✔') : terminal.paint('red', '✘')} ${message}`)
    if (fix !== null) terminal.line(`  ${terminal.paint('bold', '→')} ${fix}`)
  } finally {
    await database.close()
  }
}
