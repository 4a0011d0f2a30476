import type { Client } from 'flashworld/client'
import { expect, test } from 'vitest'
import { fetchScene } from './fetch-scene.ts'
import type { SceneDownload } from './export-plan.ts'

/** A server that says what it was asked for. */
const asked = (headers: Record<string, string> = {}) =>
  ({
    scenes: {
      file: async (id: string, name: string) => new Response(`file ${id} ${name}`, { headers }),
    },
    convert: async (file: Blob, name: string, to: unknown) =>
      new Response(`${name} (${await file.text()}) to ${JSON.stringify(to)}`, { headers }),
  }) as unknown as Client

const bring = async (plan: SceneDownload, headers?: Record<string, string>) => {
  const arrived: (number | null)[] = []
  const file = await fetchScene(plan, {
    workshop: asked(headers),
    world: async () => ({
      id: 'a',
      name: 'kept.spz',
      file: new Blob(['kept']),
      pose: { position: [0, 0, 0], rotation: [1, 0, 0, 0] },
    }),
    signal: new AbortController().signal,
    onArrived: (share) => arrived.push(share),
  })
  return { text: await file.text(), type: file.type, arrived }
}
const to = { to: 'glb' }

test('each file comes from where it was planned', async () => {
  expect((await bring({ kind: 'kept' })).text).toBe('kept')
  expect((await bring({ kind: 'convert-kept', to })).text).toBe('kept.spz (kept) to {"to":"glb"}')
  expect((await bring({ kind: 'scene-file', scene: 's', name: 'scene.glb' })).text).toBe(
    'file s scene.glb',
  )
  // from the exact scene, whatever is looked at
  expect((await bring({ kind: 'convert-scene', scene: 's', to })).text).toBe(
    'scene.ply (file s scene.ply) to {"to":"glb"}',
  )
})

test('what has arrived is told as a share, where the length is known', async () => {
  const plan = { kind: 'scene-file', scene: 's', name: 'scene.glb' } as const
  const length = String('file s scene.glb'.length)
  expect((await bring(plan, { 'content-length': length })).arrived.at(-1)).toBe(1)
  expect((await bring(plan)).arrived).toEqual([null])
  expect((await bring(plan, { 'content-type': 'model/gltf-binary' })).type).toBe(
    'model/gltf-binary',
  )
})
