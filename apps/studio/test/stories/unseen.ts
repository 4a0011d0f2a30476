import { afterAll, beforeAll, describe } from 'vitest'
import { missingBrowser } from '../../../../test/chromium.ts'
import { accessibilityStories } from './accessibility.ts'
import { comparingStories } from './comparing.ts'
import { leavingStories } from './leaving.ts'
import { openingStories } from './opening.ts'
import { reachStories } from './reach.ts'
import { sharingStories } from './sharing.ts'
import type { Studio } from './studio.ts'
import { openStudio } from './studio.ts'
import { tokenStories } from './tokens.ts'

// stories that have not been seen to pass yet: each goes to stories.test.ts when it has
describe.skipIf((await missingBrowser()) !== undefined)('the studio in Chromium', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await openStudio()
  })
  afterAll(() => studio?.close())

  const stories = {
    'worlds side by side': comparingStories,
    'what comes in': openingStories,
    'what leaves': leavingStories,
    'what is shared': sharingStories,
    'for everybody': reachStories,
    'with a token': tokenStories,
    accessible: accessibilityStories,
  }
  for (const [name, tell] of Object.entries(stories)) describe(name, () => tell(() => studio))
})
