// Fetches the published model as the environment says, and ends: a process for tests to start beside others and to kill.
import { hubSettings } from '../src/node/models/hub-settings.ts'
import { usualPatience } from '../src/node/models/hub-request.ts'
import { publishedModels } from '../src/node/models/known-models.ts'
import { fetchPublished, planPull } from '../src/node/models/pull.ts'

const hub = { ...hubSettings(), patience: usualPatience }
await fetchPublished(await planPull(publishedModels.get('flashworld')!, hub), hub)
