import type { XRDevice } from 'iwer'
// Runs in the browser: the view in a page of its own, with a path that its edits change.
import type { Camera, ImageSize } from '@flashworld/camera'
import type { Key } from '../../../src/path/path.ts'
import { createViewport } from '../../../src/viewport/index.ts'
import type { Announcement, ViewState } from '../../../src/viewport/viewport.ts'

type Happened =
  | { readonly what: 'gesture'; readonly phase: string }
  | { readonly what: 'path' | 'record' | 'select' | 'leave-frame' }
  | { readonly what: 'announce'; readonly announcement: Announcement }
  | { readonly what: 'stroke'; readonly points: number }
  | { readonly what: 'pick'; readonly point: readonly number[] }
  | { readonly what: 'error'; readonly message: string }

const happened: Happened[] = []
let state: ViewState = {
  mode: 'edit',
  tool: 'move',
  path: { keys: [], aim: { kind: 'drawn' }, smooth: true, loop: 'off' },
  selection: null,
  size: { width: 704, height: 480 },
  isFramed: true,
  frames: 24,
  playhead: null,
  photograph: null,
  world: null,
  theme: 'dark',
  reducedMotion: true,
}

const change = (by: Partial<ViewState>) => {
  state = { ...state, ...by }
  viewport.show(state)
}

const viewport = createViewport(document.getElementById('view')!, {
  onSelect(selection) {
    happened.push({ what: 'select' })
    change({ selection })
  },
  onGesture: (phase) => happened.push({ what: 'gesture', phase }),
  onPath(path) {
    happened.push({ what: 'path' })
    change({ path })
  },
  onRecord(key) {
    happened.push({ what: 'record' })
    const keys: Key[] = [...state.path.keys, { ...key, id: `r${state.path.keys.length}` }]
    change({ path: { ...state.path, keys } })
  },
  onStroke: (points) => happened.push({ what: 'stroke', points: points.length }),
  onPick: (point) => happened.push({ what: 'pick', point }),
  onReadout: (readout) => Object.assign(globalThis, { readout }),
  onAnnounce: (announcement) => happened.push({ what: 'announce', announcement }),
  onLeaveFrame() {
    happened.push({ what: 'leave-frame' })
    change({ playhead: null })
  },
  onError: ({ message }) => happened.push({ what: 'error', message }),
})

let headset: XRDevice | undefined

const fetched = async (name: string) => (await fetch(`/files/${name}`)).blob()

/** Base64 of an image's pixels, RGBA, the top row first. */
async function pixelsOf(image: ImageBitmap): Promise<string> {
  const canvas = new OffscreenCanvas(image.width, image.height)
  const context = canvas.getContext('2d')!
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, image.width, image.height)
  const url = await new Promise<string>((resolve) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.readAsDataURL(new Blob([data]))
  })
  return url.slice(url.indexOf(',') + 1)
}

const functions = {
  change,
  state: () => state,
  view: () => viewport.view,
  lookFrom: (view: typeof viewport.view) => viewport.lookFrom(view),
  /** What happened since the last time that this was asked. */
  happened: () => happened.splice(0),
  /** Shows a file, and waits until it is there. */
  async world(name: string, pose: Pose = { position: [0, 0, 0], rotation: [1, 0, 0, 0] }) {
    change({ world: { id: name, file: await fetched(name), name, pose } })
    const isShown = () =>
      happened.some((one) => one.what === 'announce' && one.announcement.kind === 'world-shown')
    while (!isShown()) {
      const failed = happened.find((one) => one.what === 'error')
      if (failed) throw new Error(failed.message)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  },
  async photograph(name: string, size: ImageSize) {
    const file = await fetched(name)
    const crop = { left: 0, top: 0, width: 1, height: 1 }
    change({ photograph: { name, file, size, crop, frame: 0 } })
  },
  async pictures(cameras: readonly Camera[], size: ImageSize) {
    const pictures: string[] = []
    for await (const image of viewport.pictures(cameras, size)) pictures.push(await pixelsOf(image))
    return pictures
  },
  depthAt: (camera: Camera) => viewport.depthAt(camera),
  destroy: () => viewport.destroy(),
  /** Enters the world with a headset that is there in software only. */
  async enterVr() {
    const { XRDevice, metaQuest3 } = await import('iwer')
    headset = new XRDevice(metaQuest3)
    headset.installRuntime({ forceInstall: true })
    headset.position.set(0, 1.6, 0)
    await viewport.enterVr()
  },
  /** Pushes a thumbstick for so many milliseconds. */
  async push(hand: 'left' | 'right', x: number, y: number, milliseconds: number) {
    const controller = headset!.controllers[hand]!
    controller.updateAxes('thumbstick', x, y)
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    controller.updateAxes('thumbstick', 0, 0)
  },
  leaveVr: () => headset!.activeSession!.end(),
}

type Pose = Pick<Camera, 'position' | 'rotation'>
export type PageFunctions = typeof functions

change({})
Object.assign(globalThis, { viewport: functions })
