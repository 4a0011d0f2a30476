import type { Announcement } from '../viewport/viewport.ts'
import type { Words } from '../words/words.ts'

/** What happened in the view, for those who do not see it. */
export function announcementText(
  words: Words['app']['announcements'],
  announcement: Announcement,
): string {
  switch (announcement.kind) {
    case 'key-selected':
      return words.keySelected(announcement.index + 1)
    case 'key-moved':
      return words.keyMoved(announcement.index + 1)
    case 'key-recorded':
      return words.keyRecorded(announcement.index + 1)
    case 'path-selected':
      return words.pathSelected
    case 'path-moved':
      return words.pathMoved
    case 'nothing-selected':
      return words.nothingSelected
    case 'stroke-drawn':
      return words.strokeDrawn
    case 'picked':
      return words.picked
    case 'world-shown':
      return words.worldShown(announcement.splats)
  }
}
