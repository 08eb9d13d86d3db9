// The completion of commands and options for a shell, written from the commands themselves.

/** What may follow one place of a command line. */
export interface CompletedPlace {
  /** The words of the commands up to here, such as `events replay`; '' for the first. */
  readonly at: string
  readonly commands: readonly Completed[]
  readonly options: readonly Completed[]
  /** What the first argument may be, where it is a word of a list. */
  readonly values: readonly string[]
}

export interface Completed {
  readonly word: string
  readonly meaning: string
}

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

export function completionScript(shell: Shell, places: readonly CompletedPlace[]): string {
  return { bash, zsh, fish }[shell](places)
}

/** `at/word`: the words that lead further. */
const steps = (places: readonly CompletedPlace[]) =>
  places.flatMap(({ at, commands }) => commands.map(({ word }) => `${at}/${word}`))

const wordsOf = ({ commands, options, values }: CompletedPlace) => [
  ...commands.map(({ word }) => word),
  ...values,
  ...options.map(({ word }) => word),
]

function bash(places: readonly CompletedPlace[]): string {
  return `# punctual completion bash. In ~/.bashrc: source <(punctual completion bash)
_punctual() {
  local at="" word words="" current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at/$word" in
${stepsTaken(places)}
    esac
  done
  case "$at" in
${places.map((place) => `    "${place.at}") words="${wordsOf(place).join(' ')}" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _punctual punctual
`
}

/** The cases of a word that leads on to another place. */
function stepsTaken(places: readonly CompletedPlace[]): string {
  return cases(
    steps(places).map((step) => `"${step}"`),
    `at="\${at:+$at }$word"`,
  )
}

function zsh(places: readonly CompletedPlace[]): string {
  return `#compdef punctual
# punctual completion zsh. In ~/.zshrc, after compinit: source <(punctual completion zsh)
_punctual() {
  local at="" word
  local -a found
  for word in "\${words[@]:1:CURRENT-2}"; do
    case "$at/$word" in
${stepsTaken(places)}
    esac
  done
  case "$at" in
${places
  .map(
    (place) =>
      `    "${place.at}") found=(${[...place.commands, ...place.options, ...place.values.map((word) => ({ word, meaning: word }))].map(({ word, meaning }) => quoted(`${word.replaceAll(':', '\\:')}:${meaning}`)).join(' ')}) ;;`,
  )
  .join('\n')}
  esac
  _describe 'punctual' found || _files
}
compdef _punctual punctual
`
}

function fish(places: readonly CompletedPlace[]): string {
  const lines = places.flatMap((place) => {
    const here = `complete -c punctual -n 'test (__punctual_at) = ${JSON.stringify(place.at)}'`
    return [
      ...place.commands.map(({ word, meaning }) => `${here} -f -a ${word} -d ${quoted(meaning)}`),
      ...place.values.map((word) => `${here} -f -a ${word}`),
      ...place.options.map(({ word, meaning }) => `${here} -l ${word.replace(/^--/, '')} -d ${quoted(meaning)}`),
    ]
  })
  return `# punctual completion fish. Once: punctual completion fish > ~/.config/fish/completions/punctual.fish
function __punctual_at
  set -l at ""
  for word in (commandline -opc)[2..-1]
    switch "$at/$word"
      case ${steps(places)
        .map((step) => `"${step}"`)
        .join(' ')}
        set at (string trim "$at $word")
    end
  end
  echo $at
end
${lines.join('\n')}
`
}

function cases(patterns: readonly string[], then: string): string {
  return `      ${patterns.join('|')}) ${then} ;;`
}

/** In single quotes, for any of the shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’').replaceAll('\\', '\\\\')}'`
}
