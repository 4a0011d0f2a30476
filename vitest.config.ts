import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Minutes each, which nothing could share if they came last; files are else begun by their size, since none was timed here yet. */
const longest = /stories\.test|kills\.test|memory\.test|verify\.test/

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => longest.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'apps/*/{src,test}/**/*.test.{ts,tsx}',
      'test/**/*.test.ts',
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
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
