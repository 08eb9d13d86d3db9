// A contender is a process of its own, so that no one's garbage is collected on another's time. It loads one function of
// one file, which returns the functions that can be called from here; each call is measured over there.

import { fork } from 'node:child_process'
import { join } from 'node:path'

/** What a contender's file exports: called once with the parameters, before anything is measured. */
export type Setup<Parameters> = (parameters: Parameters) => Promise<ContenderFunctions>

export interface ContenderFunctions {
  /** One measured round of about `ms`: returns how many operations it has done. */
  round?(ms: number): Promise<number>
  /** Runs before each round, and is not measured. */
  prepare?(): Promise<void>
  // biome-ignore lint/suspicious/noExplicitAny: functions of any kind, which cross to another process
  [name: string]: ((...values: any[]) => Promise<any>) | undefined
}

/** A result, with the time and the CPU time of the contender's whole process while it was made. */
export interface Measured<Result = unknown> {
  readonly result: Result
  readonly wallMs: number
  readonly cpuMs: number
}

export interface Contender {
  readonly has: (name: string) => boolean
  call<Result>(name: string, ...values: unknown[]): Promise<Measured<Result>>
  end(): Promise<void>
}

export type Message = { readonly error: string } | ({ readonly names?: readonly string[] } & Measured)

/** `source`: a file below `bench/` and the name of its function, as in `ours/reads.ts#heldToken`. */
export async function startContender(source: string, parameters: unknown): Promise<Contender> {
  const [file = '', name = ''] = source.split('#')
  const child = fork(join(import.meta.dirname, 'worker.ts'), [join(import.meta.dirname, '..', file), name], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  })
  const ask = (message: unknown): Promise<Exclude<Message, { error: string }>> =>
    new Promise((resolve, reject) => {
      const failed = (code: unknown) => reject(new Error(`${source} ended with ${code}`))
      child.once('exit', failed)
      child.once('message', (answer: Message) => {
        child.off('exit', failed)
        if ('error' in answer) reject(new Error(`${source}: ${answer.error}`))
        else resolve(answer)
      })
      child.send(message as object, (error) => error && reject(error))
    })
  const { names = [] } = await ask({ parameters }).catch((error) => {
    child.kill()
    throw error
  })
  return {
    has: (name) => names.includes(name),
    call: async <Result>(name: string, ...values: unknown[]) => (await ask({ name, values })) as Measured<Result>,
    async end() {
      if (names.includes('close')) await ask({ name: 'close', values: [] }).catch(() => {})
      child.kill()
    },
  }
}
