import { FORMATS, TARGET_AXES, TIERS } from '@flashworld/splats'
import type { Picture } from 'flashworld'
import { checkpointDefaults, requestLimits } from 'flashworld'
import type { WorldOptions, WorldSource } from 'flashworld/browser'
import { createWorkerWorld, httpSource, opfsSource } from 'flashworld/browser'
import type { Capabilities, ServerModel } from 'flashworld/client'
import type { WorkshopSettings } from '../workshop/settings.ts'
import type { Workshop } from '../workshop/workshop.ts'
import { createDeviceWorkshop } from './device-workshop.ts'
import { workOnFile } from './scene-files.ts'
import { keepWorld } from './world-keeper.ts'

/** Where the embedded model lies beside the page. */
const embedded = new URL('models/mini/', document.baseURI).href

const sourceOf = ({ model }: WorkshopSettings): WorldSource =>
  model === null ? { url: embedded } : { stored: model }

/** What the chosen model is loaded with. */
const optionsOf = (settings: WorkshopSettings): WorldOptions => ({
  source: sourceOf(settings),
  backend: settings.backend,
  ...(settings.precision !== 'auto' && { precision: settings.precision }),
  ...(settings.gibibytes !== null && { memory: { gibibytes: settings.gibibytes } }),
})

const openWorker = () =>
  new Worker(new URL('./world.worker.ts', import.meta.url), { type: 'module', name: 'world' })

/** The workshop of this device. @param settings as they are at the time */
export function openDevice(settings: () => WorkshopSettings): Workshop {
  const wish = () => JSON.stringify(optionsOf(settings()))
  return createDeviceWorkshop({
    keeper: keepWorld(
      (options) => createWorkerWorld(openWorker(), { ...optionsOf(settings()), ...options }),
      wish,
    ),
    model: remembered(wish, () => describeModel(settings())),
    capabilities,
    writeScene: (scene) => workOnFile({ type: 'write', scene }),
    convert: (file, name, to, signal) => workOnFile({ type: 'convert', file, name, to }, signal),
    encodePicture,
  })
}

async function describeModel(settings: WorkshopSettings): Promise<ServerModel> {
  const { model } = settings
  const source = model === null ? httpSource(embedded) : opfsSource(model)
  const { resolution, path, lookDown, trained } = await checkpointDefaults(source)
  return { name: model ?? 'mini', resolution, path, lookDown, trained }
}

/** Does it once for a wish, again for another and after it failed. */
function remembered<Value>(wish: () => string, make: () => Promise<Value>): () => Promise<Value> {
  let last: { readonly of: string; readonly value: Promise<Value> } | undefined
  return () => {
    const of = wish()
    if (last?.of !== of) {
      const value = make()
      value.catch(() => (last = undefined))
      last = { of, value }
    }
    return last!.value
  }
}

const capabilities: Capabilities = {
  model: 'mini',
  ...requestLimits,
  seeds: 8,
  templates: [],
  files: [],
  convert: FORMATS.filter(({ write }) => write).flatMap(({ extensions }) =>
    extensions.map((ending) => ending.slice(1)),
  ),
  targets: Object.keys(TARGET_AXES),
  tiers: Object.keys(TIERS).filter((tier) => tier !== 'full'),
  film: 'VideoEncoder' in globalThis,
  maxBodyBytes: Infinity,
  maxQueuedPerClient: Infinity,
  maxRunningPerClient: 1,
  keepSeconds: 0,
  budgetSeconds: null,
}

async function encodePicture({ width, height, rgba }: Picture): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height)
  const pixels = new ImageData(rgba as Uint8ClampedArray<ArrayBuffer>, width, height)
  // in the processor's memory: the graphics processor may be busy with the next step
  canvas.getContext('2d', { willReadFrequently: true })!.putImageData(pixels, 0, 0)
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.9 })
}
