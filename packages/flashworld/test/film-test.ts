import { test } from 'vitest'
import { loadFilmEncoder } from '../src/node/film.ts'

const hasEncoder = await loadFilmEncoder().then(
  () => true,
  () => false,
)
if (!hasEncoder)
  process.stderr.write('skipped: films (the optional packages for MP4 are not installed)\n')

/** A test that writes MP4 films; skipped, and counted, where the optional encoder is missing. */
export const filmTest = test.skipIf(!hasEncoder)
