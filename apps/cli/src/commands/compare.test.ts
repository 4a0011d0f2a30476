import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeTrajectoryJson } from '@flashworld/camera'
import { expect, test } from 'vitest'
import { invertPose, poseMatrix } from '@flashworld/math'
import { runCommand } from '../../test/run-command.ts'
import { savePly, stairs, temporaryFolder } from '../../test/scenes.ts'
import { orbitAround } from '../orbit-around.ts'
import { compareCommand } from './compare.ts'

const compare = (...args: string[]) =>
  runCommand(compareCommand, ...args, '--backend', 'reference', '--size', '48x32')

interface Report {
  readonly files: readonly { readonly count: number }[]
  readonly views: readonly { readonly psnr: number | null; readonly ssim: number }[]
  readonly mean: { readonly psnr: number | null; readonly ssim: number }
}

const compareJson = async (...args: string[]) =>
  JSON.parse((await compare(...args, '--json')).split('\n').at(-1)!) as Report

async function originalAnd(change: (cloud: ReturnType<typeof stairs>) => void) {
  const folder = await temporaryFolder()
  const [a, b] = [stairs(50), stairs(50)]
  change(b)
  return {
    folder,
    paths: [await savePly(a, folder, 'a.ply'), await savePly(b, folder, 'b.ply')] as const,
  }
}

test('a scene equals itself from all sides', async () => {
  const { paths } = await originalAnd(() => {})
  const { files, views, mean } = await compareJson(...paths)
  expect(files.map(({ count }) => count)).toEqual([50, 50])
  expect(views).toHaveLength(8)
  expect(mean).toEqual({ psnr: null, ssim: expect.closeTo(1, 12) })
  expect(await compare(...paths)).toContain('8 cameras: PSNR infinite (equal), SSIM 1.0000')
})

test('less alike is less', async () => {
  const slightly = await originalAnd(({ opacities }) =>
    opacities.forEach((v, i) => (opacities[i] = v * 0.9)),
  )
  const largely = await originalAnd(({ positions }) =>
    positions.forEach((v, i) => (positions[i] = i % 3 === 1 ? -v : v)),
  )
  const [near, far] = [await compareJson(...slightly.paths), await compareJson(...largely.paths)]
  expect(near.mean.psnr!).toBeGreaterThan(far.mean.psnr! + 6)
  expect(near.mean.ssim).toBeGreaterThan(far.mean.ssim)
  const errors = near.views.map(({ psnr }) => 10 ** (-psnr! / 10))
  expect(near.mean.psnr).toBeCloseTo(
    -10 * Math.log10(errors.reduce((sum, e) => sum + e) / errors.length),
    8,
  )
})

test('from the cameras of a path, at its size', async () => {
  const { folder, paths } = await originalAnd(({ opacities }) => opacities.fill(0.5))
  const path = join(folder, 'path.json')
  const camera = {
    rotation: [1, 0, 0, 0],
    position: [0.5, 0, 0],
    fx: 1,
    fy: 1.5,
    cx: 0.5,
    cy: 0.5,
    size: { width: 60, height: 40 },
  } as const
  await writeFile(path, writeTrajectoryJson([camera, { ...camera, position: [0.4, 0, 0] }]))
  const said = await runCommand(
    compareCommand,
    ...paths,
    '--backend',
    'reference',
    '--cameras',
    path,
  )
  expect(said).toMatch(/60 x 40, 2 cameras: PSNR \d+\.\d\d dB, SSIM 0\.\d{4}$/)
})

test('the orbit sees nine tenths of the scene from every side', () => {
  const cloud = stairs(200)
  const cameras = orbitAround(cloud, 8, { width: 48, height: 32 })
  for (const camera of cameras) {
    const m = invertPose(poseMatrix(camera))
    let seen = 0
    for (let i = 0; i < cloud.count; i++) {
      const at = [0, 1, 2].map((row) =>
        [0, 1, 2].reduce(
          (sum, col) => sum + m[row * 4 + col]! * cloud.positions[i * 3 + col]!,
          m[row * 4 + 3]!,
        ),
      ) as [number, number, number]
      const u = (camera.fx * at[0]) / -at[2]
      const v = (camera.fy * at[1]) / -at[2]
      if (at[2] < 0 && Math.abs(u) <= 0.5 && Math.abs(v) <= 0.5) seen++
    }
    expect(seen).toBeGreaterThanOrEqual(180)
  }
})

test.each([
  [['a.ply'], 'two files'],
  [['a.ply', 'b.ply', '--size', '10x10'], 'from 11'],
  [['a.ply', 'b.ply', '--size', 'big'], 'WIDTHxHEIGHT'],
  [['a.ply', 'b.ply', '--backend', 'cuda'], '--backend'],
])('refuses %j', async (args, message) => {
  const { folder } = await originalAnd(() => {})
  const paths = args.map((arg) => (arg.endsWith('.ply') ? join(folder, arg) : arg))
  await expect(runCommand(compareCommand, ...paths)).rejects.toThrow(message)
})
