import { afterAll, beforeAll, describe } from 'vitest'
import { missingBrowser } from '../../../../test/chromium.ts'
import { accessibilityStories } from './accessibility.ts'
import { goingOnStories } from './going-on.ts'
import { leavingStories } from './leaving.ts'
import { makingStories } from './making.ts'
import { openingStories } from './opening.ts'
import { photographStories } from './photograph.ts'
import { planningStories } from './planning.ts'
import { reachStories } from './reach.ts'
import type { Studio } from './studio.ts'
import { openStudio } from './studio.ts'
import { tokenStories } from './tokens.ts'

// the whole studio, as people use it: real Chromium, the real server, the embedded model
describe.skipIf((await missingBrowser()) !== undefined)('the studio in Chromium', () => {
  let studio: Studio
  beforeAll(async () => {
    studio = await openStudio()
  })
  afterAll(() => studio?.close())

  const stories = {
    'the path': planningStories,
    'the photograph': photographStories,
    'a world in the making': makingStories,
    'from one world to the next': goingOnStories,
    'what comes in': openingStories,
    'what leaves': leavingStories,
    'for everybody': reachStories,
    'with a token': tokenStories,
    accessible: accessibilityStories,
  }
  for (const [name, tell] of Object.entries(stories)) describe(name, () => tell(() => studio))
})
