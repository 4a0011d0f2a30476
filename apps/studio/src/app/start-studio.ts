import { createClient } from 'flashworld/client'
import { isShareFragment, projectOfFragment } from '../export/share-link.ts'
import { fetchWithToken } from '../generation/fetch-with-token.ts'
import { createGenerator } from '../generation/generator.ts'
import { photographFile } from '../generation/photograph-file.ts'
import { createTokenQuestion, tokenOfTab } from '../generation/token-question.ts'
import { historyOfBrowser } from '../library/history-of-browser.ts'
import { createLibrary } from '../library/library.ts'
import { showWorld } from '../library/show-world.ts'
import { startAutosave } from '../project/autosave.ts'
import type { Draft, Drafts } from '../project/drafts.ts'
import { openDrafts } from '../project/drafts.ts'
import type { Project } from '../project/project.ts'
import { emptyProject } from '../project/project.ts'
import { createProjectStore } from '../project/store.ts'
import { createToasts } from '../ui/toast.tsx'
import { wordsOf } from '../words/words.ts'
import { lateWorkshop } from '../workshop/late.ts'
import { routeWorkshops } from '../workshop/route.ts'
import { createSettings } from '../workshop/settings.ts'
import { createWorkshopStore, followChosen } from '../workshop/workshop-state.ts'
import { createPreferences } from './preferences.ts'
import type { Surroundings } from './providers.tsx'
import { createSessionStore } from './session.ts'
import { settleProject } from './settle-project.ts'
import { followWaiting } from './waiting.ts'

/** A page that is built as files alone has no server behind it. */
const hasServer = import.meta.env.MODE !== 'static'

/** Makes what the page's components stand in; a project that was worked on is open again. */
export async function startStudio(): Promise<Surroundings> {
  const drafts = openDrafts()
  const tab = tabName()
  const draft = await lastDraft(drafts, tab)
  const tokenQuestion = createTokenQuestion()
  const server = createClient({
    url: new URL('.', location.href).href,
    fetch: fetchWithToken({
      fetch: (...call) => fetch(...call),
      token: tokenOfTab(),
      ask: tokenQuestion.ask,
    }),
  })
  const names = hasServer ? (['server', 'device'] as const) : (['device'] as const)
  const settings = createSettings(localStorage, names)
  const device = lateWorkshop(async () => {
    const { openDevice } = await import('../device/open-device.ts')
    return openDevice(settings.getState)
  })
  const workshop = routeWorkshops({
    workshops: { ...(hasServer && { server }), device },
    chosen: () => settings.getState().chosen,
  })
  const state = createWorkshopStore()
  const project = createProjectStore(emptyProject)
  const shared = await sharedByLink()
  const opened = shared.project ?? draft?.project
  if (draft) project.open(draft.project)
  const autosave = startAutosave(project, drafts, { tab })
  // what came by a link is not kept yet
  if (shared.project) project.open(shared.project)
  const session = createSessionStore({ place: opened ? 'studio' : 'welcome' })
  const preferences = createPreferences(localStorage, navigator.languages)
  const toasts = createToasts()

  followChosen(workshop, state, settings)
  settleProject(project, state)
  followWaiting({ project, session })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void autosave.flush()
  })
  const { app, exporting } = wordsOf[preferences.getState().language]
  if (shared.project) toasts.show({ kind: 'done', words: exporting.openedLink })
  if (shared.isBroken) toasts.show({ kind: 'error', words: exporting.badLink })
  if (draft && !shared.project) {
    toasts.show({
      kind: 'note',
      words: app.recovered.words,
      action: {
        label: app.recovered.fresh,
        onAction: () => {
          project.begin(emptyProject)
          session.setState({ place: 'welcome', world: null, selection: null })
        },
      },
    })
  }
  const library = createLibrary({ workshop, history: historyOfBrowser() })
  const generator = createGenerator({
    workshop,
    library,
    photographFile,
    onMade: (id) => {
      const show = () => void showWorld(id, { library, session })
      // who does something else meanwhile is not taken from it
      if (session.getState().isWaiting) return show()
      const { generation } = wordsOf[preferences.getState().language]
      const action = { label: generation.show, onAction: show }
      toasts.show({ kind: 'done', words: generation.ready, action, stays: true })
    },
  })
  void library.load().then(generator.resume)
  return {
    workplace: { workshop, names, settings, state },
    project,
    autosave,
    session,
    preferences,
    toasts,
    library,
    generator,
    tokenQuestion,
  }
}

/** The project of the link that the page was opened by; the address then holds it no more. */
async function sharedByLink(): Promise<{ project: Project | null; isBroken: boolean }> {
  const { hash } = location
  if (!isShareFragment(hash)) return { project: null, isBroken: false }
  history.replaceState(null, '', location.pathname + location.search)
  try {
    return { project: await projectOfFragment(hash), isBroken: false }
  } catch {
    return { project: null, isBroken: true }
  }
}

/** What this tab calls itself, as long as it lives. */
const tabName = (): string => {
  try {
    const name = sessionStorage.getItem('flashworld.tab') ?? crypto.randomUUID()
    sessionStorage.setItem('flashworld.tab', name)
    return name
  } catch {
    return 'only'
  }
}

/** None where the browser keeps nothing. */
const lastDraft = (drafts: Drafts, tab: string): Promise<Draft | undefined> =>
  drafts.last(tab).catch(() => undefined)
