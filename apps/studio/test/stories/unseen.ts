import { afterAll, beforeAll, describe } from 'vitest'
import { missingBrowser } from '../../../../test/chromium.ts'
import { accessibilityStories } from './accessibility.ts'
import type { Studio } from './studio.ts'
import { openStudio } from './studio.ts'
import { tokenStories } from './tokens.ts'

// stories that have not been seen to pass yet: each goes to stories.test.ts when it has
describe.skipIf((await missingBrowser()) !== undefined)(
  'the studio in Chromium',
  { timeout: 300_000 },
  () => {
    let studio: Studio
    beforeAll(async () => {
      studio = await openStudio()
    })
    afterAll(() => studio?.close())

    const stories = {
      'with a token': tokenStories,
      accessible: accessibilityStories,
    }
    for (const [name, tell] of Object.entries(stories)) describe(name, () => tell(() => studio))
  },
)
