import type { Client } from 'flashworld/client'

/** Where worlds are made: by the server that served the page, or by this device, in the page itself. */
export type WorkshopName = 'server' | 'device'

/** What the studio asks of the place where worlds are made: of a server's client, that part. */
export interface Workshop extends Pick<
  Client,
  'convert' | 'events' | 'queue' | 'models' | 'capabilities'
> {
  readonly scenes: Pick<Client['scenes'], 'create' | 'createBatch' | 'cancel' | 'remove' | 'file'>
}

/** What the names of scenes begin with that this device has made. */
const devicePrefix = 'device:'

export const newDeviceScene = (id: string): string => devicePrefix + id

/** Where a scene was made, by its name. */
export const workshopOf = (scene: string): WorkshopName =>
  scene.startsWith(devicePrefix) ? 'device' : 'server'

/**
 * The file by which a scene is looked at and kept. What comes over the network is the small one; what this device has
 * made is exact, for there is no other place that has it.
 */
export const keptFile = (scene: string): 'scene.spz' | 'scene.ply' =>
  workshopOf(scene) === 'device' ? 'scene.ply' : 'scene.spz'
