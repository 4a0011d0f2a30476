// Makes a scene in this tab, on WebGPU where there is a GPU, and shows it with three.js and Spark.
import { SparkRenderer, SplatMesh } from '@sparkjsdev/spark'
import type { Scene } from 'flashworld'
import { writeScene } from 'flashworld'
import { createWorkerWorld } from 'flashworld/browser'
import * as three from 'three'
import { OrbitControls } from 'three/addons/controls/OrbitControls.js'

const canvas = document.querySelector('canvas')!
const form = document.querySelector('form')!
const output = document.querySelector('output')!

const renderer = new three.WebGLRenderer({ canvas })
renderer.setSize(innerWidth, innerHeight, false)
const view = new three.Scene().add(new SparkRenderer({ renderer }))
const camera = new three.PerspectiveCamera(45, innerWidth / innerHeight, 0.01, 1000)
const controls = new OrbitControls(camera, canvas)
controls.target.z = -1
renderer.setAnimationLoop(() => {
  controls.update()
  renderer.render(view, camera)
})

// the model's files lie in /mini: see vite.config.ts
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
const world = await createWorkerWorld(worker, { source: { url: '/mini/' } })

let mesh: SplatMesh | undefined

async function show(scene: Scene) {
  mesh?.removeFromParent()
  mesh?.dispose()
  // SPZ has three's axes: x right, y up, the first camera at the origin
  const file = new Blob((await Array.fromAsync(writeScene(scene, 'scene.spz'))) as BlobPart[])
  mesh = new SplatMesh({ fileBytes: await file.arrayBuffer(), fileName: 'scene.spz' })
  view.add(mesh)
  await mesh.initialized
  output.value = `${mesh.numSplats} Gaussians`
}

form.onsubmit = async (event) => {
  event.preventDefault()
  const prompt = String(new FormData(form).get('prompt'))
  for await (const step of world.generate({ prompt, path: 'orbit-left' })) {
    if (step.type === 'progress') output.value = `${Math.round(step.fraction * 100)} %`
    if (step.type === 'scene') await show(step.scene)
  }
}
output.value = `${world.engine.name}: ready`
