// What may follow each command, read from the commands themselves.

import type { Command } from 'commander'
import type { CompletedPlace } from '../output/completion.ts'

export function completedPlaces(command: Command, at = ''): readonly CompletedPlace[] {
  const commands = command.commands.map((one) => ({ word: one.name(), meaning: one.description() }))
  const options = command.options
    .filter(({ hidden, long }) => !hidden && long)
    .map(({ long, description }) => ({ word: long ?? '', meaning: description }))
  const help = { word: '--help', meaning: 'display help for command' }
  const values = command.registeredArguments[0]?.argChoices ?? []
  return [
    { at, commands, options: [...options, help], values },
    ...command.commands.flatMap((one) => completedPlaces(one, `${at} ${one.name()}`.trim())),
  ]
}
