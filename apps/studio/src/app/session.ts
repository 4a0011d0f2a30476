import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { MoveDraft } from '../path/draft.ts'
import type { Part } from '../path/path.ts'
import type {
  Announcement,
  Mode,
  Readout,
  Selection,
  Tool,
  Viewport,
  World,
} from '../viewport/viewport.ts'

/** What the middle shows: the path over what it is planned in, the world that was made, two of them side by side. */
export type Stage = 'plan' | 'result' | 'compare'

/** The start page, or the work itself. */
export type Place = 'welcome' | 'studio'

export type DialogName = 'keys' | 'export' | 'share' | 'request' | 'device'

/** The one sheet that a phone shows below the picture. */
export type Sheet = 'world' | 'path' | 'history'

/** What is shown, and how: nothing of it is undone, saved with the project or shared. */
export interface Session {
  readonly place: Place
  readonly stage: Stage
  readonly mode: Mode
  readonly tool: Tool
  readonly selection: Selection
  /** The move that is being tried. */
  readonly draft: MoveDraft | null
  /** The keys that shape and aim are changed of; null: all. */
  readonly part: Part | null
  /** What the next picked point is for: the path's aim, or the subject of the draft. */
  readonly pickFor: 'aim' | 'subject'
  /** The frame that is played, looked through or scrubbed to, from 0, with fractions; null: the person's own view. */
  readonly playhead: number | null
  readonly isPlaying: boolean
  /** The Gaussians that stand in the view. */
  readonly world: World | null
  readonly dialog: DialogName | null
  readonly sheet: Sheet
  /** How much of a phone the sheet takes. */
  readonly sheetHeight: 'low' | 'half' | 'full'
  readonly panels: { readonly left: boolean; readonly right: boolean; readonly timeline: boolean }
  /** The tour's step, from 0; null: no tour. */
  readonly tour: number | null
  /** The view as it is alive, once it is loaded: for pictures of cameras, the person's own view, depths. */
  readonly viewport: Viewport | null
  /** Where a view that is being made begins: the last one's place, or what is to be seen first. */
  readonly firstView: Viewport['view'] | null
  readonly readout: Readout | null
  /** What the view said last, for those who do not see it. */
  readonly announcement: Announcement | null
  /** Since worlds were asked for, nothing was done but to wait for them. */
  readonly isWaiting: boolean
}

export type SessionStore = StoreApi<Session>

export const startSession: Session = {
  place: 'welcome',
  stage: 'plan',
  mode: 'edit',
  tool: 'move',
  selection: null,
  draft: null,
  part: null,
  pickFor: 'aim',
  playhead: null,
  isPlaying: false,
  world: null,
  dialog: null,
  sheet: 'world',
  sheetHeight: 'half',
  panels: { left: true, right: true, timeline: true },
  tour: null,
  viewport: null,
  firstView: null,
  readout: null,
  announcement: null,
  isWaiting: false,
}

export const createSessionStore = (session: Partial<Session> = {}): SessionStore =>
  createStore<Session>(() => ({ ...startSession, ...session }))
