export type { ConnectOptions } from './connect.ts'
export { connect } from './connect.ts'
export { finish } from './finish.ts'
export type { ConnectResult } from './messages.ts'
