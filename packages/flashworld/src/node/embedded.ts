import { fileURLToPath } from 'node:url'

/** The folder of the model that comes with the project. */
export const embeddedModel = fileURLToPath(new URL('../../../../assets/mini', import.meta.url))
