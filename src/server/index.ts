export type { ServerOptions } from './app.ts'
export { createServer } from './app.ts'
export type { Listening, ListenOptions } from './listen.ts'
export { listen } from './listen.ts'
