import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Half a minute and more each, which nothing could share if they came last; files are else begun by their size, since none was timed here yet. */
const longest =
  /(stories|kills|browser|simple|spark|viewport|webgpu|verify|memory|attention|rasterize|converted|linear|conv2d)\.test/

/** Files that look at how the memory of their process grows: what others gave back before would hide it. */
const measuringMemory = [
  'apps/server/src/access/{slow-clients,http-attacks}.test.ts',
  'packages/splats/src/formats/zstd.test.ts',
]

/** The files that have a worker of their own each first, then those that follow each other in one; the longest of both first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const rank = ({ moduleId, project }: TestSpecification) =>
      (project.config.isolate ? 0 : 2) + (longest.test(moduleId) ? 0 : 1)
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          // a process for each file: commands and browsers change what all of a process share, and some look at its memory
          name: 'apart',
          include: [
            'apps/cli/{src,test}/**/*.test.ts',
            'apps/studio/test/**/*.test.ts',
            'test/**/*.test.ts',
            ...measuringMemory,
          ],
        },
      },
      {
        extends: true,
        test: {
          // after each other in few processes: modules are loaded, and the software GPU opened, once for all files of one
          name: 'together',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'apps/{server,studio}/src/**/*.test.{ts,tsx}',
          ],
          exclude: measuringMemory,
          isolate: false,
          unstubEnvs: true,
        },
      },
    ],
    testTimeout: 300_000, // the longest take a third of it where others work beside them
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } }, // as long as Playwright waits: a second is too little on a busy machine
    // the compiler of the software GPU takes and gives back hundreds of MiB for a kernel: handed to the system and fetched
    // again page by page, they are half of what compiling costs
    env: {
      MALLOC_MMAP_THRESHOLD_: `${32 << 20}`,
      MALLOC_TRIM_THRESHOLD_: `${2 ** 32}`,
      MALLOC_TOP_PAD_: `${64 << 20}`,
    },
    maxWorkers: 3, // on two cores: many tests wait for processes more than they compute
    sequence: { sequencer: LongestFirst },
    reporters: ['default'],
  },
})
