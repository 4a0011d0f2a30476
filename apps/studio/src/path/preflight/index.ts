export { preflight } from './preflight.ts'
export type { Finding, PreflightContext, Warning, WarningCode } from './warning.ts'
