// What every command is given, and the options that many of them share.

import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import type { Output } from '../output/listing.ts'
import type { Terminal } from '../output/terminal.ts'
import { nearest } from '../settings/env-file.ts'
import { readSettings, type Settings } from '../settings/settings.ts'

export interface Context {
  readonly terminal: Terminal
  /** Reads and checks the settings, and prints remarks on them to stderr. */
  settings(): Settings
  output(options: { readonly json?: boolean }): Output
}

export function createContext(terminal: Terminal): Context {
  return {
    terminal,
    settings() {
      const settings = readSettings()
      for (const remark of settings.remarks) process.stderr.write(`${remark}\n`)
      return settings
    },
    output: ({ json = false }) => ({ terminal, json }),
  }
}

/** `whole`: one object. `lines`: one line of JSON for each item. */
export function jsonOption(form: 'whole' | 'lines' = 'whole'): Option {
  const what = form === 'whole' ? 'JSON' : 'a line of JSON for each'
  return new Option('--json', `print ${what}, for a program`)
}

export function ownerOption(): Option {
  return new Option('--owner <owner>', "only if it is this owner's")
}

export function limitOptions(command: Command): Command {
  return command
    .addOption(new Option('--limit <count>', 'how many (default: 50; with --json all)').argParser(parseCount))
    .option('--all', 'all of them')
}

/** `null`: no limit. A program gets all, so that it never takes a part for the whole. */
export function limitOf({ limit, all, json }: { limit?: number; all?: boolean; json?: boolean }): number | null {
  return all ? null : (limit ?? (json ? null : 50))
}

/** An argument that is one of these words. */
export function choice(name: string, description: string, words: readonly string[]): Argument {
  return new Argument(name, description).choices(words).argParser((text: string) => oneOf(words, text))
}

/** An option whose value is one of these words. */
export function choiceOption(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, description).choices(words).argParser((text: string) => oneOf(words, text))
}

function oneOf(words: readonly string[], text: string): string {
  if (words.includes(text)) return text
  const near = nearest(text, words, Math.min(3, Math.ceil(text.length / 4)))
  throw new InvalidArgumentError(`Give one of: ${words.join(', ')}.${near === null ? '' : `\n(Did you mean ${near}?)`}`)
}

export function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= 1) return Number(text)
  throw new InvalidArgumentError('Give a whole number, 1 or more.')
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new InvalidArgumentError('Give a port from 1 to 65535, or 0 for any free port.')
}

/** The examples at the end of a command's help: a command, and what it does. */
export function examples(...all: readonly (readonly [command: string, what: string])[]): string {
  const lines = all.flatMap(([command, what]) => [`  ${what}:`, `    $ punctual ${command}`])
  return ['', 'Examples:', ...lines].join('\n')
}
