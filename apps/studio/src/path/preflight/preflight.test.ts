import { quatOfAngles } from '@flashworld/math'
import type { ServerModel } from 'flashworld/client'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyAimedPath, anyView, levelView, pathOf, view } from '../../../test/arbitrary-path.ts'
import type { Photograph, Project } from '../../project/project.ts'
import { emptyProject } from '../../project/project.ts'
import { aimPath } from '../aim.ts'
import { pathThrough } from '../edits.ts'
import { addMove, MOVES, usualMove, withValue } from '../moves.ts'
import type { Path } from '../path.ts'
import { preflight } from './preflight.ts'
import type { PreflightContext, WarningCode } from './warning.ts'

const model: ServerModel = {
  name: 'mini',
  resolution: [12, 128, 192],
  path: 'orbit-left',
  lookDown: 12,
  trained: {
    frames: [8, 24],
    sizes: [
      { width: 192, height: 128 },
      { width: 128, height: 192 },
      { width: 160, height: 160 },
    ],
  },
}
const known: PreflightContext = { model, depthAt: null }
const nothingKnown: PreflightContext = { model: null, depthAt: null }
/** A wall across the way, 0.9 ahead of the origin, without an end. */
const wall: PreflightContext = {
  model: null,
  depthAt: ({ position, rotation: [w, x, y, z] }) => {
    const forward = -(1 - 2 * (x * x + y * y))
    void [w, z]
    const depth = (-0.9 - position[2]) / forward
    return depth >= 0 && Number.isFinite(depth) ? depth : null
  },
}

const origin = view([0, 0, 0])
const project = (path: Path, change: Partial<Project> = {}): Project => ({
  ...emptyProject,
  path,
  ...change,
})
const through = (...views: Parameters<typeof pathThrough>[0]) => project(pathThrough(views))
const codes = (of: Project, context = known): WarningCode[] =>
  preflight(of, context).map(({ finding }) => finding.code)
const only = (of: Project, code: WarningCode, context = known) => {
  const found = preflight(of, context).find(({ finding }) => finding.code === code)
  if (!found) throw new Error(`expected ${code}, got ${codes(of, context).join(', ')}`)
  return found
}
const photograph = (frame: number): Photograph => ({
  name: 'house.jpg',
  file: new Blob(),
  size: { width: 600, height: 400 },
  crop: { left: 0, top: 0, width: 1, height: 1 },
  frame,
})

test.each(MOVES.filter(({ kind }) => !['pan', 'tilt', 'look-around', 'zoom'].includes(kind)))(
  'the usual $kind is what models are made for',
  ({ kind, sliders }) => {
    const { name, usual } = sliders[0]!
    for (const amount of [usual, -usual]) {
      const path = addMove(pathThrough([origin]), withValue(usualMove(kind), name, amount), 'end')
      for (const frames of [8, 12, 24]) {
        const of = project(path, { scene: { ...emptyProject.scene, frames } })
        const told = preflight(of, known).filter(({ severity }) => severity !== 'note')
        expect(told).toEqual([])
      }
    }
  },
)

test('a full orbit is known too', () => {
  const around = addMove(pathThrough([origin]), withValue(usualMove('orbit'), 'angle', 350), 'end')
  expect(codes(project(around, { scene: { ...emptyProject.scene, frames: 24 } }))).toEqual([])
})

describe('what is found', () => {
  test.each<[WarningCode, Project, PreflightContext?]>([
    ['few-keys', through()],
    ['few-keys', through(origin)],
    ['still', through(origin, origin)],
    ['rotation-only', through(origin, view([0, 0, 0], 20))],
    ['too-fast', through(origin, view([0.2, 0, 0], 10), view([0.3, 0, 0], 175))],
    ['too-far-between', through(origin, view([20, 0, 0]))],
    ['uneven', through(origin, view([0.05, 0, 0]), view([0.1, 0, 0]), view([3, 0, 0]))],
    ['solid', through(origin, view([0, 0, -1.5])), wall],
    ['looks-away', through(origin, view([0.3, 0, 0], -60))],
    ['disjoint', through(origin, view([0.2, 0, 0], 90), view([0.4, 0, 0.1], 170))],
    ['tilted', through(origin, view([0, 0, -0.3], 0, 30))],
    [
      'tipped',
      through(origin, {
        ...view([0.3, 0, 0]),
        rotation: quatOfAngles({ yaw: 0, pitch: 0, roll: 30 }),
      }),
    ],
    ['lens', through(view([0, 0, 0], 0, 0, 100), view([0.3, 0, 0], 0, 0, 100))],
    ['zoom', through(view([0, 0, 0], 0, 0, 50), view([0.3, 0, 0], 0, 0, 60))],
    [
      'frames',
      project(pathThrough([origin, view([0.3, 0, 0])]), {
        scene: { ...emptyProject.scene, frames: 40 },
      }),
    ],
    [
      'size',
      project(pathThrough([origin, view([0.3, 0, 0])]), {
        scene: { ...emptyProject.scene, width: 512, height: 384 },
      }),
    ],
    [
      'more-keys-than-frames',
      project(pathThrough(Array.from({ length: 14 }, (_, i) => view([i * 0.02, 0, 0])))),
    ],
    [
      'photograph-out',
      project(pathThrough([origin, view([0.3, 0, 0])]), { photograph: photograph(12) }),
    ],
    [
      'photograph-between',
      project(pathThrough([origin, view([0.3, 0, 0])]), { photograph: photograph(5) }),
    ],
    [
      'close-to-point',
      project(
        aimPath(pathThrough([origin, view([0, 0, -0.95])]), { kind: 'at', point: [0, 0, -1] }),
      ),
    ],
  ])('%s, and its mend mends it', (code, faulty, context = known) => {
    const warning = only(faulty, code, context)
    const mended = warning.mend()
    expect(mended).not.toBeNull()
    expect(codes(mended!, context)).not.toContain(code)
    if (warning.frames) {
      expect(warning.frames.from).toBeLessThanOrEqual(warning.frames.to)
      expect(warning.frames.to).toBeLessThan(faulty.scene.frames)
    }
  })

  test('every mend mends, whatever the path is', () => {
    const anyPath = fc.oneof(anyAimedPath, pathOf(anyView, 0), pathOf(levelView, 1))
    const frames = fc.integer({ min: 2, max: 40 })
    fc.assert(
      fc.property(anyPath, frames, fc.nat({ max: 50 }), (path, count, frame) => {
        const faulty = project(path, {
          scene: { ...emptyProject.scene, frames: count },
          photograph: photograph(frame),
        })
        for (const { finding, mend } of preflight(faulty, known)) {
          const mended = mend()
          expect([finding.code, mended !== null]).toEqual([finding.code, true])
          expect(codes(mended!)).not.toContain(finding.code)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('the place of it is told: the frames that are too fast', () => {
    const path = pathThrough([
      ...[0, 0.1, 0.2].map((x) => view([x, 0, 0])),
      view([0.3, 0, 0], 100),
      view([0.4, 0, 0], 100),
    ])
    const { frames } = only(project(path), 'too-fast')
    // the third of four sections, of twelve frames
    expect(frames!.from).toBeGreaterThanOrEqual(5)
    expect(frames!.to).toBeLessThanOrEqual(9)
  })
})

test('a turn is too fast by its time, or where half of the picture would be gone', () => {
  const turning = (degrees: number, frames: number, fov = 60) => {
    const views = Array.from({ length: frames }, (_, i) =>
      view([0.1 * i, 0, 0], i * degrees, 0, fov),
    )
    return project(pathThrough(views), { scene: { ...emptyProject.scene, frames } })
  }
  // an eased full turn in 24 frames is at most 540 / 23 degrees a frame
  expect(only(turning(25, 24), 'too-fast').finding).toMatchObject({
    most: expect.closeTo(540 / 23, 9),
  })
  expect(codes(turning(23, 24))).not.toContain('too-fast')
  expect(only(turning(32, 12), 'too-fast').finding).toMatchObject({ most: 30 })
  expect(codes(turning(28, 12))).not.toContain('too-fast')
  expect(codes(turning(28, 12, 50))).toContain('too-fast')
})

describe('the scale of a path, which the model does not see, does not count', () => {
  test.each([0.3, 2])('of a straight move of %d', (length) => {
    expect(codes(through(origin, view([0, 0, -length])))).toEqual([])
  })

  test('a pan that is too wide is one at every distance', () => {
    for (const travel of [0.03, 0.3, 3]) {
      expect(codes(through(origin, view([travel, 0, 0], -70)))).toContain('looks-away')
    }
  })
})

test('of a model whose training is not known, only what holds of all is said', () => {
  const wide = through(view([0, 0, 0], 0, 0, 100), view([0.3, 0, 0], 0, 30, 80))
  expect(codes(wide, nothingKnown)).toEqual([])
  const published: ServerModel = {
    ...model,
    trained: {
      frames: [24, 24],
      sizes: [
        { width: 704, height: 480 },
        { width: 480, height: 704 },
      ],
    },
  }
  const context = { ...known, model: published }
  expect(codes(wide, context)).toEqual(['size', 'frames'])
  const portrait = { ...wide, scene: { ...wide.scene, width: 128, height: 192 } }
  expect(only(portrait, 'size', context).mend()!.scene).toMatchObject({ width: 480, height: 704 })
})

test('a wall that is behind, or far ahead, is in nobody’s way', () => {
  expect(codes(through(origin, view([0, 0, -0.5])), wall)).toEqual([])
  expect(codes(through(origin, view([1, 0, 0])), wall)).toEqual([])
})
