// Runs in the browser: what a page of a user does with our files, and the pixels that come of it.
import * as THREE from 'three'
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js'
import { SparkRenderer, SplatMesh } from '@sparkjsdev/spark'

/** Draws a splat file with Spark as a pinhole camera sees it; rows of RGBA bytes, the top one first. */
async function drawWithSpark({ file, turn, camera, width, height, sparkOptions }) {
  const renderer = new THREE.WebGLRenderer({ antialias: false })
  renderer.setPixelRatio(1)
  renderer.setSize(width, height)
  renderer.setClearColor('white', 1)
  const scene = new THREE.Scene()
  const spark = new SparkRenderer({ renderer, autoUpdate: false, ...sparkOptions })
  scene.add(spark)
  const fileBytes = new Uint8Array(await (await fetch(`/files/${file}`)).arrayBuffer())
  const mesh = new SplatMesh({ fileBytes, fileName: file })
  mesh.quaternion.set(...turn)
  scene.add(mesh)
  await mesh.initialized
  const view = pinhole(camera)
  scene.updateMatrixWorld()
  await spark.update({ scene, camera: view })
  renderer.render(scene, view)
  const pixels = readCanvas(renderer, width, height)
  const count = mesh.packedSplats.numSplats
  spark.dispose()
  mesh.dispose()
  renderer.dispose()
  renderer.forceContextLoss()
  return { count, pixels: await toBase64(pixels) }
}

/** A three.js camera with normalised intrinsics. */
function pinhole({ rotation: [w, x, y, z], position, fx, fy, cx, cy }) {
  const [near, far] = [0.01, 1000]
  const camera = new THREE.PerspectiveCamera()
  camera.position.set(...position)
  camera.quaternion.set(x, y, z, w)
  camera.updateMatrixWorld()
  camera.projectionMatrix.set(
    2 * fx,
    0,
    1 - 2 * cx,
    0,
    0,
    2 * fy,
    2 * cy - 1,
    0,
    0,
    0,
    (near + far) / (near - far),
    (2 * near * far) / (near - far),
    0,
    0,
    -1,
    0,
  )
  camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert()
  camera.near = near
  camera.far = far
  return camera
}

function readCanvas(renderer, width, height) {
  const gl = renderer.getContext()
  const upsideDown = new Uint8Array(width * height * 4)
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, upsideDown)
  const pixels = new Uint8Array(upsideDown.length)
  for (let row = 0; row < height; row++) {
    pixels.set(
      upsideDown.subarray(row * width * 4, (row + 1) * width * 4),
      (height - 1 - row) * width * 4,
    )
  }
  return pixels
}

async function toBase64(bytes) {
  const url = await new Promise((resolve) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result)
    reader.readAsDataURL(new Blob([bytes]))
  })
  return url.slice(url.indexOf(',') + 1)
}

/** Plays a glTF's animation and tells where its camera stands at each time. */
async function playCamera({ file, times }) {
  const gltf = await new GLTFLoader().loadAsync(`/files/${file}`)
  const camera = gltf.cameras[0]
  const mixer = new THREE.AnimationMixer(gltf.scene)
  mixer.clipAction(gltf.animations[0]).play()
  const poses = times.map((time) => {
    mixer.setTime(time)
    gltf.scene.updateMatrixWorld(true)
    const position = new THREE.Vector3()
    const { x, y, z, w } = camera.getWorldQuaternion(new THREE.Quaternion())
    return { position: camera.getWorldPosition(position).toArray(), rotation: [w, x, y, z] }
  })
  return { fovDegrees: camera.fov, aspect: camera.aspect, poses }
}

/** Loads a GLB with three.js alone, as a program that does not know splats: points with colours. */
async function loadPoints({ file }) {
  const gltf = await new GLTFLoader().loadAsync(`/files/${file}`)
  const points = []
  gltf.scene.traverse((object) => object.isPoints && points.push(object))
  const { position, color } = points[0].geometry.attributes
  const first = (attribute) =>
    Array.from({ length: attribute.itemSize }, (_, i) => attribute.getComponent(0, i))
  return {
    objects: points.length,
    count: position.count,
    position: first(position),
    color: first(color),
  }
}

globalThis.viewers = { drawWithSpark, playCamera, loadPoints }
