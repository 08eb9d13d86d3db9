// The settings of a command at the end of its help: what the guide says of them, as plain text.

import { type Setting, type SettingGroup, settingTable } from '../settings/table.ts'

const width = 80
const indent = '      '

/** The text for the settings of these groups, in the order of the table. */
export function settingsHelp(...groups: readonly SettingGroup[]): string {
  const chosen = Object.entries<Setting<unknown>>(settingTable).filter(([, { group }]) => groups.includes(group))
  const entries = chosen.map(([name, { meaning, otherwise }]) =>
    [`  ${name}`, ...wrapped(`${plain(meaning)}. Without it: ${plain(otherwise)}.`)].join('\n'),
  )
  return ['', 'Settings, in the environment or in a file .env of the current folder:', ...entries].join('\n')
}

/** Markdown without its marks. */
function plain(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll('`', '')
}

function wrapped(text: string): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    if (line !== indent && line.length + word.length > width) {
      lines.push(line.trimEnd())
      line = indent
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()]
}
