import { afterAll, beforeAll, describe } from 'vitest'
import { missingBrowser } from '../../../../test/chromium.ts'
import { filmStories } from './films.ts'
import { goingOnStories } from './going-on.ts'
import { makingStories } from './making.ts'
import { photographStories } from './photograph.ts'
import { planningStories } from './planning.ts'
import type { Studio } from './studio.ts'
import { openStudio } from './studio.ts'

// the studio as people use it: real Chromium, the real server, the embedded model
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
    'along the path': filmStories,
  }
  for (const [name, tell] of Object.entries(stories)) describe(name, () => tell(() => studio))
})
