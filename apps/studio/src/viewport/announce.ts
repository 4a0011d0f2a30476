import type { Words } from '../words/words.ts'
import type { Announcement } from './viewport.ts'

/** What happened in the view, in words. */
export function announcementInWords(announcement: Announcement, { viewport }: Words): string {
  const { announcements } = viewport
  switch (announcement.kind) {
    case 'key-selected':
      return announcements.keySelected(announcement.index + 1)
    case 'key-moved':
      return announcements.keyMoved(announcement.index + 1)
    case 'key-recorded':
      return announcements.keyRecorded(announcement.index + 1)
    case 'path-selected':
      return announcements.pathSelected
    case 'path-moved':
      return announcements.pathMoved
    case 'nothing-selected':
      return announcements.nothingSelected
    case 'stroke-drawn':
      return announcements.strokeDrawn
    case 'picked':
      return announcements.picked
    case 'world-shown':
      return announcements.worldShown(announcement.splats)
  }
}
