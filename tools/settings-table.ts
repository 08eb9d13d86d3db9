// Writes into docs/guide/settings.md, between its marks, the settings of the commands: from the table that the commands read.
// Usage: node tools/settings-table.ts            writes the tables
//        node tools/settings-table.ts --check    fails if the page has others

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SettingGroup, type SettingName, settingTable } from '../src/cli/settings/table.ts'

const page = join(import.meta.dirname, '../docs/guide/settings.md')
const [open, close] = ['<!-- settings -->', '<!-- /settings -->']

const titles: Readonly<Record<SettingGroup, string>> = {
  'every command': 'For every command that uses the database',
  'serve and dev': 'For `punctual serve` and `punctual dev`',
  serve: 'For `punctual serve`',
  dev: 'For `punctual dev`',
}

function settingsTables(): string {
  return (Object.keys(titles) as SettingGroup[])
    .map((group) => {
      const names = (Object.keys(settingTable) as SettingName[]).filter((name) => settingTable[name].group === group)
      const rows = names.map(
        (name) => `| \`${name}\` | ${settingTable[name].meaning} | ${settingTable[name].otherwise} |`,
      )
      return [`### ${titles[group]}`, '', '| setting | meaning | without it |', '| --- | --- | --- |', ...rows].join(
        '\n',
      )
    })
    .join('\n\n')
}

/** The page with the tables between its marks. */
function pageWithTables(text: string): string {
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start < 0 || end < start) throw new Error(`docs/guide/settings.md has no ${open} … ${close}`)
  return `${text.slice(0, start + open.length)}\n\n${settingsTables()}\n\n${text.slice(end)}`
}

const text = readFileSync(page, 'utf8')
const whole = pageWithTables(text)
if (!process.argv.includes('--check')) writeFileSync(page, whole)
else if (whole !== text) {
  console.error('docs/guide/settings.md: the tables of settings are stale. Write them with: npm run docs:settings')
  process.exitCode = 1
}
