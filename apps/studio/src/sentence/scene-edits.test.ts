import { expect, test } from 'vitest'
import { emptyProject } from '../project/project.ts'
import { centreCrop } from './crop.ts'
import {
  changePhotograph,
  changeScene,
  removePhotograph,
  say,
  takePhotograph,
} from './scene-edits.ts'

const size = { width: 3000, height: 1000 }
const photograph = { name: 'sea.jpg', file: new Blob(['a photograph']), size }
const withPhotograph = takePhotograph(photograph)(emptyProject)

test('a photograph is cropped about its middle and seen from the first frame', () => {
  expect(withPhotograph.photograph).toEqual({
    ...photograph,
    crop: centreCrop(size, emptyProject.scene),
    frame: 0,
  })
  expect(removePhotograph(withPhotograph).photograph).toBeNull()
})

test('other proportions crop it anew; the same keep its crop', () => {
  const portrait = changeScene({ width: 128, height: 192 })(withPhotograph)
  expect(portrait.photograph!.crop).toEqual(centreCrop(size, portrait.scene))
  const moved = changePhotograph({ crop: { left: 0, top: 0, width: 0.5, height: 1 } })(
    withPhotograph,
  )
  const larger = changeScene({ width: 384, height: 256 })(moved)
  expect(larger.photograph!.crop).toBe(moved.photograph!.crop)
})

test('its frame is one that there is', () => {
  const late = changePhotograph({ frame: 11 })(withPhotograph)
  expect(changeScene({ frames: 8 })(late).photograph!.frame).toBe(7)
  expect(changeScene({ frames: 24 })(late).photograph!.frame).toBe(11)
})

test('what changes nothing is the same project', () => {
  expect(say('')(emptyProject)).toBe(emptyProject)
  expect(removePhotograph(emptyProject)).toBe(emptyProject)
  expect(changePhotograph({ frame: 3 })(emptyProject)).toBe(emptyProject)
})
