import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What ffprobe says of a film, every picture of it decoded. @throws Error where it is none */
export async function probeFilm(bytes: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), 'flashworld-film-'))
  const file = join(folder, 'film.mp4')
  await writeFile(file, bytes)
  const asked = 'stream=codec_name,width,height,nb_read_frames'
  const args = ['-v', 'error', '-count_frames', '-show_entries', asked, '-of', 'json', file]
  const { stdout, stderr } = await promisify(execFile)('ffprobe', args)
  await rm(folder, { recursive: true })
  if (stderr !== '') throw new Error(stderr)
  const { streams } = JSON.parse(stdout) as {
    streams: readonly {
      codec_name: string
      width: number
      height: number
      nb_read_frames: string
    }[]
  }
  const [film] = streams
  return {
    codec: film!.codec_name,
    width: film!.width,
    height: film!.height,
    pictures: Number(film!.nb_read_frames),
  }
}
