import { afterAll, beforeAll, describe } from 'vitest'
import { missingBrowser } from '../../../../test/chromium.ts'
import { accessibilityStories } from './accessibility.ts'
import { comparingStories } from './comparing.ts'
import { filmStories } from './films.ts'
import { goingOnStories } from './going-on.ts'
import { leavingStories } from './leaving.ts'
import { makingStories } from './making.ts'
import { openingStories } from './opening.ts'
import { photographStories } from './photograph.ts'
import { planningStories } from './planning.ts'
import { reachStories } from './reach.ts'
import { sharingStories } from './sharing.ts'
import type { Studio } from './studio.ts'
import { openStudio } from './studio.ts'
import { tokenStories } from './tokens.ts'

/** Milliseconds for a story, in which several things may each need the page's patience. */
const timeout = 300_000

// the studio as people use it: real Chromium, the real server, the embedded model
describe.skipIf((await missingBrowser()) !== undefined)(
  'the studio in Chromium',
  { timeout },
  () => {
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
      'worlds side by side': comparingStories,
      'what comes in': openingStories,
      'what leaves': leavingStories,
      'what is shared': sharingStories,
      'with a token': tokenStories,
      'for everybody': reachStories,
      'for every sense': accessibilityStories,
    }
    for (const [name, tell] of Object.entries(stories)) describe(name, () => tell(() => studio))
  },
)
