import { join } from 'node:path'
import type { Camera, TrajectoryFormat } from '@flashworld/camera'
import {
  DEFAULT_LENS,
  lensFromFov,
  reframe,
  TRAJECTORY_FORMATS,
  trajectoryFormatOf,
  writeTrajectory,
} from '@flashworld/camera'
import { checkNew, checkWritable, saveFile } from 'flashworld/node'
import type { Command, Given } from '../command.ts'
import { oneOf, UsageError } from '../command.ts'
import { parseFov, parseSize } from '../parse-size.ts'
import { readTrajectoryFile } from '../read-trajectory-file.ts'

const names = TRAJECTORY_FORMATS.map(({ name }) => name)
const endings = TRAJECTORY_FORMATS.map(({ ending, summary }) =>
  ending === '/' ? `a ${summary}` : `${ending} (${summary})`,
)

export const camerasCommand: Command = {
  name: 'cameras',
  summary: 'Writes a camera path as another format: cameras convert IN OUT',
  positionals: 'convert IN OUT',
  options: {
    format: {
      value: 'NAME',
      summary: `what to write, instead of by OUT's name: ${names.join(', ')}`,
    },
    size: { value: 'WxH', summary: "pictures' size; another shape shows the middle" },
    fov: {
      value: 'DEG',
      summary:
        'field of view along the longer side of cameras that have no intrinsics (default 60)',
    },
    force: { summary: 'write over files that are there already' },
  },
  examples: [
    'npx flashworld cameras convert house.scene.json house.gltf',
    'npx flashworld cameras convert colmap/ path.json --size 704x480',
    'npx flashworld cameras convert trajectory.json cameras.json --fov 50',
  ],
  async run(given, { output }) {
    const [verb, from, to, ...more] = given.positionals
    if (verb !== 'convert' || from === undefined || to === undefined || more.length > 0) {
      throw new UsageError(
        `cameras: expected convert IN OUT, OUT by its name one of ${endings.join(', ')}`,
      )
    }
    const format = formatOf(to, given.values.format)
    const read = await readTrajectoryFile(from, lensOf(given))
    const cameras = framed(read.cameras, given)
    const { times } = read
    const { files, notes } = writeTrajectory({ cameras, ...(times && { times }) }, format)
    const paths = Object.keys(files).map((name) => (name === '' ? to : join(to, name)))
    for (const path of paths) {
      await checkWritable(path)
      if (!given.switches.has('force')) await checkNew(path)
    }
    for (const note of read.notes) output.note(`${from}: ${note}`)
    for (const note of notes) output.note(`${to}: ${note}`)
    for (const [i, content] of Object.values(files).entries()) {
      await saveFile(
        paths[i]!,
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      )
    }
    output.tell(
      { type: 'file', path: to },
      `wrote ${to}: ${format.summary}, ${cameras.length} cameras`,
    )
    output.tell({ type: 'done' })
    return 0
  },
}

/** @throws UsageError */
function formatOf(path: string, asked: string | undefined): TrajectoryFormat {
  if (asked === undefined) return trajectoryFormatOf(path)
  const name = oneOf('format', asked, names)
  return TRAJECTORY_FORMATS.find((format) => format.name === name)!
}

const sizeOf = ({ values }: Given) =>
  values.size === undefined ? undefined : parseSize(values.size, { least: 16, most: 9999 })

function lensOf(given: Given) {
  const { fov } = given.values
  const size = sizeOf(given) ?? DEFAULT_LENS.size
  return { lens: lensFromFov(size, fov === undefined ? undefined : parseFov(fov)) }
}

function framed(cameras: readonly Camera[], given: Given): readonly Camera[] {
  const size = sizeOf(given)
  return size ? cameras.map((camera) => reframe(camera, size)) : cameras
}
