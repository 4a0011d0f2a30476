export { createViewport } from './create-viewport.ts'
