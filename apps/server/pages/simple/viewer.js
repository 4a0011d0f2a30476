// The scene to look around in.
import { SparkRenderer, SplatMesh } from '@sparkjsdev/spark'
import * as three from 'three'
import { OrbitControls } from 'three/addons/controls/OrbitControls.js'

/** Along the longer side, as scenes without cameras of their own are made. */
const fieldOfView = 60
/** How far the scene turns by itself to either side, and how long it takes to come back. */
const swayDegrees = 14
const swaySeconds = 9
/** It is drawn for so long after it was moved: its parts are sorted meanwhile. */
const settleMs = 1500
/** Centres that the distance is estimated from. */
const sampled = 4000

const calm = matchMedia('(prefers-reduced-motion: reduce)')

/** @param {HTMLCanvasElement} canvas */
export function createViewer(canvas) {
  const renderer = new three.WebGLRenderer({ canvas, antialias: false })
  renderer.setPixelRatio(Math.min(devicePixelRatio, 2))
  const scene = new three.Scene()
  scene.add(new SparkRenderer({ renderer }))
  const camera = new three.PerspectiveCamera(fieldOfView, 1, 0.01, 1000)
  const controls = new OrbitControls(camera, canvas)
  controls.enableDamping = true
  controls.listenToKeyEvents(canvas)
  let shape = 1.5
  /** @type {SplatMesh | undefined} */
  let mesh
  let distance = 1
  let isSwaying = !calm.matches
  let swayFrom = 0
  let drawUntil = 0

  const wake = () => {
    drawUntil = performance.now() + settleMs
  }

  const fit = () => {
    const { clientWidth: width, clientHeight: height } = canvas
    if (width === 0 || height === 0) return
    renderer.setSize(width, height, false)
    camera.aspect = width / height
    // a narrow window shows the middle: above and below the pictures there is nothing
    const longer = Math.tan((fieldOfView * Math.PI) / 360)
    const tall = shape > 1 ? longer / shape : longer
    const half = Math.max(tall, (tall * shape) / camera.aspect)
    camera.fov = (Math.atan(Math.min(half, tall * 1.1)) * 360) / Math.PI
    camera.updateProjectionMatrix()
    wake()
  }
  new ResizeObserver(fit).observe(canvas)

  const home = () => {
    camera.position.set(0, 0, 0)
    camera.up.set(0, 1, 0)
    controls.target.set(0, 0, -distance)
    controls.update()
    swayFrom = performance.now()
  }

  const sway = () => {
    const t = (performance.now() - swayFrom) / 1000
    const angle = ((swayDegrees * Math.PI) / 180) * Math.sin((2 * Math.PI * t) / swaySeconds)
    camera.position.set(Math.sin(angle) * distance, 0, Math.cos(angle) * distance - distance)
  }

  let onSway = () => {}
  const setSway = (value) => {
    if (value && !isSwaying) home()
    isSwaying = value
    onSway(value)
  }
  controls.addEventListener('start', () => setSway(false))
  controls.addEventListener('change', wake)

  return {
    get isSwaying() {
      return isSwaying
    },
    setSway,
    /** @param {(value: boolean) => void} tell */
    set onSway(tell) {
      onSway = tell
    },
    home() {
      setSway(false)
      home()
    },
    /**
     * @param {Uint8Array} fileBytes of a PLY
     * @param {{ width: number, height: number }} size of its pictures
     */
    async show(fileBytes, { width, height }) {
      this.clear()
      const next = new SplatMesh({ fileBytes, fileName: 'scene.ply' })
      await next.initialized
      mesh = next
      mesh.quaternion.set(1, 0, 0, 0) // the file's y is down, its z ahead
      scene.add(mesh)
      shape = width / height
      distance = medianDepth(mesh)
      fit()
      home()
      wake()
      renderer.setAnimationLoop(() => {
        if (isSwaying) sway()
        controls.update()
        if (isSwaying || performance.now() < drawUntil) renderer.render(scene, camera)
      })
    },
    clear() {
      renderer.setAnimationLoop(null)
      if (!mesh) return
      scene.remove(mesh)
      mesh.dispose()
      mesh = undefined
    },
  }
}

/** How far the things of a scene are: most of them are nearer than its sky. */
function medianDepth(mesh) {
  const every = Math.max(1, Math.floor(mesh.numSplats / sampled))
  const depths = []
  mesh.forEachSplat((i, { z }) => {
    if (i % every === 0 && z > 0) depths.push(z)
  })
  depths.sort((a, b) => a - b)
  return depths[Math.floor(depths.length * 0.35)] ?? 1
}
