// The page: a form, one scene at a time, and what becomes of it.
import { createForm, FormError } from './form.js'
import { events, fileUrl, onTokenNeeded, postJson, request, requestJson } from './server.js'

const at = (id) => document.getElementById(id)
const steps = 4
const stageNames = {
  text: 'reading the sentence',
  image: 'reading the photograph',
  transformer: 'imagining',
  decoder: 'building',
  render: 'looking',
  encoder: 'looking again',
}

/** The scene that is made or shown. */
let current
let viewer

const setState = (state) => {
  document.body.dataset.state = state
  at('generate').disabled = state === 'busy'
  at('generate').textContent = state === 'busy' ? 'Making your scene…' : 'Generate scene'
}

const seconds = (value) =>
  value < 10
    ? `${value.toFixed(1)} s`
    : value < 100
      ? `${Math.round(value)} s`
      : `${Math.round(value / 60)} min`
const megabytes = (bytes) =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

function showError(message, field) {
  at('form-error').hidden = message === ''
  at('form-error').textContent = message
  for (const marked of document.querySelectorAll('[aria-invalid]'))
    marked.removeAttribute('aria-invalid')
  if (!field) return
  at(field).setAttribute('aria-invalid', 'true')
  at(field).focus()
}

/** @param {{ message: string, hint?: string }} error */
function showFailure({ message, hint }) {
  setState('failed')
  at('failure-message').textContent = message
  at('failure-hint').textContent = hint ?? ''
}

const hintFor = {
  'job/budget': 'Ask for fewer frames or a smaller size, or have the operator allow more time.',
  'queue/full': 'Try again in a minute.',
  'queue/client-full': 'Wait for your other scenes first.',
  'access/rate': 'Wait a minute.',
}

/** What the scene will take and may take, in a moment, so that typing asks once. */
let estimating
function estimateSoon(form) {
  clearTimeout(estimating)
  estimating = setTimeout(async () => {
    const { pixels } = form
    if (pixels === undefined || pixels < 1) return (at('estimate').textContent = '')
    const told = await requestJson(`/simple/estimate?pixels=${pixels}`).catch(() => undefined)
    if (!told) return
    const parts = [
      told.seconds === null ? '' : `about ${seconds(told.seconds)}`,
      `budget ${seconds(told.budgetSeconds)}`,
      told.queued > 0 ? `${told.queued} waiting` : 'starts at once',
    ]
    at('estimate').textContent = parts.filter(Boolean).join(' · ')
  }, 200)
}

function showSteps() {
  at('steps').replaceChildren(
    ...Array.from({ length: steps }, (_, i) =>
      Object.assign(document.createElement('div'), { textContent: i + 1 }),
    ),
  )
}

async function showStep(id, { step, preview }) {
  const url = await fileUrl(preview).catch(() => undefined)
  if (!url || current?.id !== id) return
  current.urls.push(url)
  at('steps').children[step - 1]?.append(Object.assign(new Image(), { src: url, alt: '' }))
  at('still').src = url
  at('still').hidden = false
}

function showProgress(type, data) {
  if (type === 'queued') at('card-title').textContent = 'Waiting'
  if (type === 'place') {
    at('card-title').textContent = 'Waiting'
    at('card-stage').textContent =
      data.ahead === 0 ? 'next in the queue' : `${data.ahead} before it in the queue`
  }
  if (type === 'started') {
    at('card-title').textContent = 'Making your scene'
    at('card-stage').textContent = 'getting ready'
    current.startedAt = performance.now()
  }
  if (type === 'progress') {
    const name = stageNames[data.stage] ?? data.stage
    at('card-stage').textContent = data.step > 0 ? `step ${data.step} of ${steps} · ${name}` : name
    at('progress').value = data.fraction
  }
  if (type === 'retry') {
    at('card-stage').textContent = 'the device was lost; once more'
    at('progress').value = 0
  }
}

function showTime() {
  const { startedAt, budgetSeconds } = current
  const spent = startedAt === undefined ? 0 : (performance.now() - startedAt) / 1000
  const fraction = at('progress').value
  const left = fraction > 0.1 ? ` · about ${seconds((spent / fraction) * (1 - fraction))} left` : ''
  at('card-time').textContent = `${seconds(spent)}${left} · budget ${seconds(budgetSeconds)}`
}

async function generate(form) {
  let wish
  try {
    wish = form.read()
    showError('')
  } catch (error) {
    if (!(error instanceof FormError)) throw error
    return showError(error.message, error.field)
  }
  leave()
  setState('busy')
  showSteps()
  at('progress').value = 0
  at('card-title').textContent = 'Sending'
  at('card-stage').textContent = ''
  at('card-time').textContent = ''
  try {
    const { warnings, ...scene } = await postJson('/v1/scenes', wish)
    at('warnings').replaceChildren(
      ...warnings.map((text) => Object.assign(document.createElement('li'), { textContent: text })),
    )
    at('warnings').hidden = warnings.length === 0
    await follow(form, scene)
  } catch (error) {
    if (error.name === 'AbortError') return
    if (/^(request|image|camera|body)\//.test(error.code ?? '')) {
      setState('empty')
      showError(error.hint ? `${error.message}. ${error.hint}` : error.message)
    } else showFailure({ message: error.message, hint: error.hint ?? hintFor[error.code] })
  }
}

async function follow(form, scene) {
  const gone = new AbortController()
  current = { ...scene, gone, urls: [] }
  const ticking = setInterval(showTime, 200)
  try {
    for await (const { type, data } of events(`/v1/scenes/${scene.id}/events`, gone.signal)) {
      if (type === 'step') void showStep(scene.id, data)
      else if (type === 'failed')
        return showFailure({ message: data.message, hint: data.hint ?? hintFor[data.code] })
      else if (type === 'cancelled') return cancelled()
      else if (type === 'done')
        return await finish(form, await requestJson(`/v1/scenes/${scene.id}`))
      else showProgress(type, data)
    }
  } finally {
    clearInterval(ticking)
  }
}

function cancelled() {
  setState('empty')
  at('still').hidden = true
  at('generate').focus()
}

async function finish(form, scene) {
  at('card-stage').textContent = 'loading the scene'
  at('progress').value = 1
  const [, height, width] = scene.resolution
  const file = `/v1/scenes/${scene.id}/files/scene.ply`
  const bytes = new Uint8Array(await (await request(file)).arrayBuffer())
  at('result-title').textContent = scene.prompt || 'From a photograph'
  at('result-facts').textContent =
    `${scene.result.gaussians.toLocaleString('en')} Gaussians · ${seconds(scene.result.seconds)} · seed ${scene.result.seed}`
  showDownloads(scene, form.format)
  at('play').hidden = !form.film
  setState('done')
  try {
    viewer ??= await openViewer()
    await viewer.show(bytes, { width, height })
    at('still').hidden = true
  } catch (error) {
    // without WebGL the last step's picture stays
    console.error(error)
    at('controls').hidden = true
  }
  at('result-title').tabIndex = -1
  at('result-title').focus({ preventScroll: true })
}

async function openViewer() {
  const { createViewer } = await import('./viewer.js')
  const opened = createViewer(at('canvas'))
  opened.onSway = (value) => at('sway').setAttribute('aria-pressed', String(value))
  at('sway').setAttribute('aria-pressed', String(opened.isSwaying))
  return opened
}

/** The chosen format first, the other beside it; a format is made when it is asked for. */
function showDownloads(scene, first) {
  const formats = ['ply', 'spz'].sort((a) => (a === first ? -1 : 1))
  at('downloads').replaceChildren(
    ...formats.map((format, i) => {
      const known = scene.files.find(({ name }) => name === `scene.${format}`)
      const size = known ? ` · ${megabytes(known.bytes)}` : ''
      const button = Object.assign(document.createElement('button'), {
        type: 'button',
        className: i === 0 ? 'button first' : 'button',
        textContent: `Download ${format.toUpperCase()}${size}`,
      })
      button.addEventListener('click', () => download(scene, format, button))
      return button
    }),
  )
}

async function download(scene, format, button) {
  button.disabled = true
  try {
    const url = await fileUrl(`/v1/scenes/${scene.id}/files/scene.${format}`)
    const name = (scene.prompt || 'scene').replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60)
    Object.assign(document.createElement('a'), { href: url, download: `${name}.${format}` }).click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  } catch (error) {
    showError(error.message)
  }
  button.disabled = false
}

async function playFilm() {
  const film = at('film')
  if (!film.hidden) {
    film.pause()
    film.hidden = true
    return
  }
  at('play').disabled = true
  try {
    if (!current.film) {
      current.film = await fileUrl(`/v1/scenes/${current.id}/files/film.mp4`)
      current.urls.push(current.film)
      film.src = current.film
    }
    film.hidden = false
    await film.play()
  } catch (error) {
    showError(error.message)
  }
  at('play').disabled = false
}

/** Lets go of the scene that is there. */
function leave() {
  current?.gone?.abort()
  for (const url of current?.urls ?? []) URL.revokeObjectURL(url)
  current = undefined
  viewer?.clear()
  at('still').hidden = true
  at('still').removeAttribute('src')
  at('film').hidden = true
  at('film').removeAttribute('src')
  at('warnings').hidden = true
}

async function showExamples(form) {
  const { examples } = await requestJson('/examples')
  at('examples').replaceChildren(
    ...examples.map(({ request: url, picture, text }) => {
      const button = Object.assign(document.createElement('button'), {
        type: 'button',
        className: 'example',
      })
      button.setAttribute('aria-pressed', 'false')
      button.append(
        Object.assign(new Image(), { src: picture, alt: '', loading: 'lazy' }),
        text || 'from a photograph',
      )
      button.addEventListener('click', async () => {
        form.fill(await requestJson(url))
        for (const other of at('examples').children) {
          other.setAttribute('aria-pressed', String(other === button))
        }
        at('generate').scrollIntoView({ block: 'nearest' })
        at('generate').focus({ preventScroll: true })
      })
      return button
    }),
  )
}

onTokenNeeded(
  () =>
    new Promise((resolve) => {
      const dialog = at('ask-token')
      dialog.showModal()
      dialog.addEventListener(
        'close',
        () => {
          resolve(at('token').value.trim())
          at('token').value = ''
        },
        { once: true },
      )
    }),
)

try {
  const form = await createForm({
    onChange: () => estimateSoon(form),
    onError: (message) => showError(message),
  })
  estimateSoon(form)
  await showExamples(form)
  at('form').addEventListener('submit', (event) => {
    event.preventDefault()
    void generate(form)
  })
  at('form').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) at('form').requestSubmit()
  })
  at('again').addEventListener('click', () => void generate(form))
  at('cancel').addEventListener('click', () => {
    if (current) void postJson(`/v1/scenes/${current.id}/cancel`, {}).catch(() => {})
  })
  at('sway').addEventListener('click', () => viewer?.setSway(!viewer.isSwaying))
  at('home').addEventListener('click', () => viewer?.home())
  at('play').addEventListener('click', () => void playFilm())
  document.body.dataset.ready = 'true'
} catch (error) {
  showError(error.message)
}
