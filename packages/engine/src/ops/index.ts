export type { Activation } from './activation/index.ts'
export { activation } from './activation/index.ts'
export type { LinearOptions } from './linear/index.ts'
export { linear } from './linear/index.ts'
