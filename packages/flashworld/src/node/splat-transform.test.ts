import { expect, test } from 'vitest'
import { loadSplatTransform } from './splat-transform.ts'

test('a missing package is asked for by name', async () => {
  const loading = loadSplatTransform(() => Promise.reject(new Error('not found')))
  await expect(loading).rejects.toThrow('npm install @playcanvas/splat-transform playcanvas')
  await expect(loading).rejects.toMatchObject({ code: 'package/missing' })
})
