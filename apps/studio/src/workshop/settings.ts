import { memorySizes } from 'flashworld'
import type { StoreApi } from 'zustand/vanilla'
import { createKeptStore, keptFields } from '../kept/kept-store.ts'
import type { WorkshopName } from './workshop.ts'

/** Where a person wants worlds to be made, and with what where it is this device; kept on it. */
export interface WorkshopSettings {
  readonly chosen: WorkshopName
  /** What this device computes with; `auto` takes a GPU where there is one. */
  readonly backend: (typeof backends)[number]
  /** Of numbers on a GPU; `auto` takes the quickest that it does well. */
  readonly precision: (typeof precisions)[number]
  /** Of the GPU, GiB; null: whatever there is. */
  readonly gibibytes: number | null
  /** The name of the model, as this device keeps it; null: the embedded one. */
  readonly model: string | null
}

export const backends = ['auto', 'webgpu', 'wasm'] as const
export const precisions = ['auto', 'f32'] as const

export type SettingsStore = StoreApi<WorkshopSettings>

const KEY = 'flashworld.workshop'

/**
 * Settings that are kept in `storage`, where it lets them be; what is no setting falls back.
 * @param names the workshops that there are, the usual one first
 */
export function createSettings(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  names: readonly [WorkshopName, ...WorkshopName[]],
): SettingsStore {
  return createKeptStore(storage, KEY, (text) => {
    const kept = keptFields<WorkshopSettings>(text)
    return {
      chosen: names.find((name) => name === kept.chosen) ?? names[0],
      backend: backends.find((name) => name === kept.backend) ?? 'auto',
      precision: precisions.find((name) => name === kept.precision) ?? 'auto',
      gibibytes: memorySizes.find((size) => size === kept.gibibytes) ?? null,
      model: typeof kept.model === 'string' ? kept.model : null,
    }
  })
}
