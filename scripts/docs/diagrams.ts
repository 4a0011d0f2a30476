/**
 * The diagrams of docs/camera-paths.md and docs/scene-files.md, drawn from the library's own cameras and axes. Their greys and the amber
 * are legible on light and on dark ground. `node scripts/docs/diagrams.ts` writes them into docs/images.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Camera } from '@flashworld/camera'
import { fovOfLens, PATH_TEMPLATES, templatePath } from '@flashworld/camera'
import type { Vec3 } from '@flashworld/math'
import { quatToMat3, rotateVec } from '@flashworld/math'
import type { Axes } from '@flashworld/splats'
import { axesMatrix } from '@flashworld/splats'

const [ink, faint, amber] = ['#7d818c', '#9a9da833', '#cf7a2a']
const font = 'font-family="Inter, system-ui, sans-serif"'

type Point = readonly [x: number, y: number]

const n = (value: number) => String(Math.round(value * 10) / 10)
const points = (list: readonly Point[]) => list.map((p) => p.map(n).join(',')).join(' ')
const line = (list: readonly Point[], colour = ink, width = 1.5, more = '') =>
  `<polyline points="${points(list)}" fill="none" stroke="${colour}" stroke-width="${width}" ${more}/>`
const shape = (list: readonly Point[], colour = faint) =>
  `<polygon points="${points(list)}" fill="${colour}"/>`
const dot = ([x, y]: Point, colour = ink, r = 3) =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${r}" fill="${colour}"/>`

interface Style {
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly colour?: string
  readonly size?: number
  readonly weight?: number
}

const text = (
  [x, y]: Point,
  words: string,
  { anchor = 'middle', colour = ink, size = 13, weight = 400 }: Style = {},
) =>
  `<text x="${n(x)}" y="${n(y)}" fill="${colour}" ${font} font-size="${size}" font-weight="${weight}" text-anchor="${anchor}">${words}</text>`

function arrow(from: Point, to: Point, colour = ink): string {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0])
  const wing = (turn: number): Point => [
    to[0] - 9 * Math.cos(angle + turn),
    to[1] - 9 * Math.sin(angle + turn),
  ]
  return line([from, to], colour, 2) + shape([to, wing(0.4), wing(-0.4)], colour)
}

const svg = (width: number, height: number, title: string, parts: readonly string[]) =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${title}</title>`,
    ...parts,
    '</svg>\n',
  ].join('\n')

/** Space seen from above right, as drawings of axes are. */
const oblique =
  ([ox, oy]: Point, scale: number) =>
  ([x, y, z]: Vec3): Point => [ox + scale * (x - 0.42 * z), oy - scale * (y - 0.3 * z)]

/** A camera with its axes, its picture and the way it looks. */
export function cameraAxes(): string {
  const at = oblique([190, 206], 104)
  const far = 3.2
  const corner = (x: number, y: number): Vec3 => [x, y, -far]
  const corners = [corner(-1, 0.66), corner(1, 0.66), corner(1, -0.66), corner(-1, -0.66)]
  const o: Vec3 = [0, 0, 0]
  return svg(720, 270, 'Camera axes: x right, y up, looking along -z', [
    shape(corners.map(at)),
    line([...corners, corners[0]!].map(at)),
    ...corners.map((end) => line([o, end].map(at), ink, 1)),
    line([o, corner(0, 0)].map(at), ink, 1, 'stroke-dasharray="4 4"'),
    dot(at(corner(0, 0))),
    arrow(at(o), at([1.1, 0, 0]), amber),
    arrow(at(o), at([0, 1.1, 0]), amber),
    arrow(at(o), at([0, 0, 1.1]), amber),
    dot(at(o), amber, 4),
    text(at([1.18, -0.04, 0]), 'x, right', { anchor: 'start', colour: amber }),
    text(at([0, 1.2, 0]), 'y, up', { colour: amber }),
    text(at([-0.1, -0.16, 1.1]), 'z, back', { colour: amber }),
    text(at([0.06, -0.2, 0]), 'the camera’s position', { anchor: 'start' }),
    text(at([0.1, 0.05, -far]), 'principal point', { anchor: 'start' }),
    text(at([1.12, 0, -far]), 'what it looks at, along -z', { anchor: 'start' }),
  ])
}

/** Intrinsics in pixels of a picture, and the part of a photograph that it is. */
export function intrinsics(): string {
  const [x, y, w, h] = [184, 52, 352, 240]
  const [cx, cy] = [x + w / 2, y + h / 2]
  const photo: Point[] = [
    [x, y - 12],
    [x + w, y - 12],
    [x + w, y + h + 12],
    [x, y + h + 12],
    [x, y - 12],
  ]
  return svg(720, 336, 'Intrinsics in pixels: fx, fy, cx, cy of a picture', [
    line(photo, ink, 1, 'stroke-dasharray="4 4"'),
    shape([
      [x, y],
      [x + w, y],
      [x + w, y + h],
      [x, y + h],
    ]),
    line([
      [x, y],
      [x + w, y],
      [x + w, y + h],
      [x, y + h],
      [x, y],
    ]),
    arrow([x, y], [x + 70, y], amber),
    arrow([x, y], [x, y + 70], amber),
    dot([x, y], amber, 4),
    text([x - 10, y + 4], '(0, 0)', { anchor: 'end', colour: amber }),
    text([x + 84, y + 16], 'columns', { anchor: 'start', colour: amber }),
    text([x + 8, y + 88], 'rows', { anchor: 'start', colour: amber }),
    dot([cx, cy], ink, 4),
    line(
      [
        [x, cy],
        [cx, cy],
        [cx, y],
      ],
      ink,
      1,
      'stroke-dasharray="2 3"',
    ),
    text([x + w / 4, cy - 8], 'cx'),
    text([cx + 12, y + h / 4 + 4], 'cy', { anchor: 'start' }),
    text([cx + 12, cy + 18], 'principal point', { anchor: 'start' }),
    text([cx, y + h + 36], 'width, pixels'),
    text([x + w + 12, cy + 4], 'height, pixels', { anchor: 'start' }),
    text([x + w, y - 22], 'a photograph of another shape: its middle is taken', { anchor: 'end' }),
  ])
}

/** Drawn from the side: the moves that go up or down. */
const sideways = /^(pedestal|crane|tilt)/

/** Every template, from above or from the side, the subject a distance ahead. */
export function templates(): string {
  const [columns, cell, top] = [6, 120, 24]
  const size = { width: 3, height: 2 }
  const parts = PATH_TEMPLATES.flatMap(({ name }, i) => {
    const [ox, oy] = [
      (i % columns) * cell + cell / 2,
      Math.floor(i / columns) * (cell + top) + cell - 24,
    ]
    const isSide = sideways.test(name)
    const at = ([x, y, z]: Vec3): Point =>
      isSide ? [ox - 34 - z * 66, oy - 34 - y * 66] : [ox + x * 66, oy - 4 + z * 66]
    const path = templatePath(name, { count: 33, size })
    const wedges = [0, 8, 16, 24, 32].map((k) => wedge(path[k]!, at, k / 32))
    return [
      dot(at([0, 0, -1]), ink, 4),
      ...wedges,
      line(
        path.map(({ position }) => at(position)),
        amber,
        2,
      ),
      text([ox, oy + 40], name, { weight: 500 }),
    ]
  })
  const rows = Math.ceil(PATH_TEMPLATES.length / columns)
  return svg(columns * cell, rows * (cell + top), 'Camera templates', [
    ...parts,
    text(
      [(columns * cell) / 2, rows * (cell + top) + 18],
      'amber: the camera’s way; grey: what it sees; the dot: the subject. Pedestals, cranes and tilts from the side, the others from above',
      { size: 11 },
    ),
  ])
}

/** What a camera sees, as a wedge in the plane of the drawing. */
function wedge(camera: Camera, at: (place: Vec3) => Point, t: number): string {
  const half = (fovOfLens(camera) / 4) * (Math.PI / 180)
  const turn = quatToMat3(camera.rotation)
  const edge = (dx: number, dy: number): Vec3 => {
    const [x, y, z] = rotateVec(turn, [dx, dy, -1])
    const [px, py, pz] = camera.position
    return [px + 0.3 * x, py + 0.3 * y, pz + 0.3 * z]
  }
  const side = Math.tan(half)
  // the edges that differ in the drawing: left and right from above, up and down from the side
  const flat = [edge(-side, 0), edge(side, 0)].map(at)
  const upright = [edge(0, side), edge(0, -side)].map(at)
  const spread = ([a, b]: Point[]) => Math.hypot(a![0] - b![0], a![1] - b![1])
  const edges = spread(flat) > spread(upright) ? flat : upright
  return `<polygon points="${points([at(camera.position), ...edges])}" fill="${ink}" fill-opacity="${n(0.15 + 0.35 * t)}"/>`
}

/** The frames that files are in, all seen alike: the camera that made the scene looks into the page. */
export function frames(): string {
  const list: readonly (readonly [Axes, string])[] = [
    ['RUB', 'SPZ, three.js'],
    ['RDF', 'PLY, .splat'],
    ['LDB', 'for SuperSplat'],
    ['RUF', 'for Unity'],
    ['RFU', 'for Blender'],
    ['FRU', 'for Unreal'],
  ]
  const parts = list.flatMap(([axes, who], i) => {
    const at = oblique([i * 120 + 60, 92], 40)
    const toOurs = axesMatrix(axes, 'RUB')
    const units: readonly Vec3[] = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]
    const arrows = units.flatMap((unit, k) => {
      const to = rotateVec(toOurs, unit)
      const label: Vec3 = [to[0] * 1.3, to[1] * 1.3 - 0.08, to[2] * 1.4]
      const colour = k === 1 ? amber : ink
      return [arrow(at([0, 0, 0]), at(to), colour), text(at(label), 'xyz'[k]!, { colour })]
    })
    return [
      ...arrows,
      text([i * 120 + 60, 182], axes, { weight: 600 }),
      text([i * 120 + 60, 200], who, { size: 11 }),
    ]
  })
  return svg(720, 212, 'Frames: where x, y and z point', parts)
}

export const diagrams: Readonly<Record<string, () => string>> = {
  'camera-axes.svg': cameraAxes,
  'camera-intrinsics.svg': intrinsics,
  'camera-templates.svg': templates,
  'file-axes.svg': frames,
}

if (process.argv[1] === import.meta.filename) {
  const images = join(import.meta.dirname, '../../docs/images')
  for (const [name, draw] of Object.entries(diagrams)) await writeFile(join(images, name), draw())
}
