import '@fontsource-variable/inter/wght.css'
import '../ui/tokens.css'
import '../ui/base.css'
import { IDENTITY_QUAT } from '@flashworld/math'
import { fetchWithToken } from '../generation/fetch-with-token.ts'
import { tokenOfTab } from '../generation/token-question.ts'
import { chooseLanguage, languageTags, wordsOf } from '../words/words.ts'
import mark from '../app/mark.svg'
import type { ViewState, World } from '../viewport/viewport.ts'
import { watchHeadset } from '../viewport/immersion/support.ts'
import { viewedFile } from './address.ts'
import styles from './viewer.module.css'

// The viewer alone: a file of splats from an address or from disk, to fly in. It may stand within another page.

const language = chooseLanguage(navigator.languages)
const { viewer: words } = wordsOf[language].exporting
const { token: tokenWords } = wordsOf[language].generation
document.documentElement.lang = languageTags[language]
document.documentElement.dataset.theme = 'dark'
document.title = `flashworld · ${words.title}`

const make = <Name extends keyof HTMLElementTagNameMap>(name: Name, properties: object) =>
  Object.assign<HTMLElementTagNameMap[Name], object>(document.createElement(name), properties)

const view = make('div', { className: styles.view, tabIndex: 0 })
view.setAttribute('role', 'application')
view.setAttribute('aria-label', words.view)
const message = make('p', { className: styles.message, textContent: words.loading })
message.setAttribute('role', 'status')
const input = make('input', { type: 'file', hidden: true })
const choose = make('button', { className: styles.button, textContent: words.open, hidden: true })
const symbol = make('img', { src: mark, width: 40, height: 40, alt: '' })
const card = make('div', { className: styles.card })
card.append(symbol, message, choose)
const home = make('a', { className: styles.home, href: './' })
home.setAttribute('aria-label', `flashworld: ${words.home}`)
home.append(make('img', { src: mark, width: 18, height: 18, alt: '' }), 'flashworld')
const main = make('main', { className: styles.page })
main.append(view, card, home, input)
document.querySelector('#viewer')!.append(main)

const say = (text: string, isChoosable = false) => {
  message.textContent = text
  card.hidden = text === ''
  choose.hidden = !isChoosable
}
const fail = (error: unknown) => say(words.failed((error as Error).message), true)

const size = { width: 3, height: 2 }
const emptyState: Omit<ViewState, 'world'> = {
  mode: 'play',
  tool: 'move',
  path: { keys: [], aim: { kind: 'drawn' }, smooth: true, loop: 'off' },
  selection: null,
  size,
  isFramed: false,
  frames: 2,
  playhead: null,
  photograph: null,
  theme: 'dark',
  reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
}

const nothing = () => undefined
const viewport = import('../viewport/index.ts').then(({ createViewport }) =>
  createViewport(view, {
    onSelect: nothing,
    onGesture: nothing,
    onPath: nothing,
    onRecord: nothing,
    onStroke: nothing,
    onPick: nothing,
    onReadout: nothing,
    onLeaveFrame: nothing,
    onAnnounce: ({ kind }) => {
      if (kind === 'world-shown') say('')
    },
    onError: fail,
  }),
)

const enter = make('button', { className: styles.enter, textContent: words.vr, hidden: true })
enter.addEventListener('click', () => void viewport.then((made) => made.enterVr()).catch(fail))
main.append(enter)
watchHeadset((isThere) => (enter.hidden = !isThere))

let shown = 0
async function show(file: Blob, name: string) {
  say(words.loading)
  const pose = { position: [0, 0, 0], rotation: IDENTITY_QUAT } as const
  const world: World = { id: String(++shown), pose, file, name }
  ;(await viewport).show({ ...emptyState, world })
}

/** Asks whoever looks for the token that our own server wants. */
function askForToken(): Promise<string> {
  const field = make('input', { type: 'password', required: true, autocomplete: 'off' })
  const label = make('label', { textContent: tokenWords.field })
  label.append(field)
  const form = make('form', { className: styles.token })
  form.append(
    make('h1', { textContent: tokenWords.title }),
    make('p', { textContent: tokenWords.words }),
    label,
    make('button', { className: styles.button, textContent: tokenWords.enter }),
  )
  say('')
  main.append(form)
  field.focus()
  return new Promise((resolve) =>
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      form.remove()
      say(words.loading)
      resolve(field.value.trim())
    }),
  )
}

/** With the token of the studio that opened this page, where there is one. */
const fetchOwn = fetchWithToken({
  fetch: (...call) => fetch(...call),
  token: tokenOfTab(),
  ask: askForToken,
})

async function showAddress() {
  const found = viewedFile(location.href)
  if (!found) return say(words.noUrl, true)
  // nothing that the person is known by goes to another place
  const answer =
    found.url.origin === location.origin
      ? await fetchOwn(found.url)
      : await fetch(found.url, { credentials: 'omit' })
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`.trim())
  await show(await answer.blob(), found.name)
}

choose.addEventListener('click', () => input.click())
input.addEventListener('change', () => {
  const [file] = input.files ?? []
  if (file) void show(file, file.name).catch(fail)
})
addEventListener('dragover', (event) => event.preventDefault())
addEventListener('drop', (event) => {
  event.preventDefault()
  const [file] = event.dataTransfer?.files ?? []
  if (file) void show(file, file.name).catch(fail)
})
showAddress().catch(fail)
