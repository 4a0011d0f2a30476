// The form: what it offers, and the request that it says.
import { createPhotograph } from './photograph.js'
import { requestJson } from './server.js'

const at = (id) => document.getElementById(id)

/** Cameras of an example: two of them, in the pixels of the photograph or of the scene. */
const exampleCameras = (width, height) => {
  const f = Math.round(0.866 * Math.max(width, height))
  const lens = { fx: f, fy: f, cx: width / 2, cy: height / 2 }
  return [
    { position: [0, 0, 0], quaternion: [1, 0, 0, 0], ...lens },
    { position: [-0.25, 0, -0.1], quaternion: [0.9914, 0, -0.1305, 0], ...lens },
    { position: [-0.45, 0.05, -0.3], quaternion: [0.9659, 0, -0.2588, 0], ...lens },
  ]
}

/** One camera a line. */
const camerasText = (cameras) =>
  `{ "cameras": [\n${cameras.map((camera) => JSON.stringify(camera)).join(',\n')}\n] }`

/** A mistake in the form, and where. */
export class FormError extends Error {
  /** @param {string} message @param {string} field the id of where it is */
  constructor(message, field) {
    super(message)
    this.field = field
  }
}

/** @param {{ onChange: () => void, onError: (message: string) => void }} settings */
export async function createForm({ onChange, onError }) {
  const [capabilities, { models }] = await Promise.all([
    requestJson('/v1/capabilities'),
    requestJson('/v1/models'),
  ])
  const [model] = models
  const photograph = createPhotograph({
    onChange,
    onError,
    maxBytes: () => capabilities.maxBodyBytes,
  })

  const option = (value, text) => Object.assign(document.createElement('option'), { value, text })
  const sizeText = ({ width, height }) => `${width} × ${height}`
  const sizeValue = ({ width, height }) => `${height}x${width}`

  at('size').replaceChildren(
    option('', 'by the photograph'),
    ...model.trained.sizes.map((size) => option(sizeValue(size), sizeText(size))),
  )
  const [frames, height, width] = model.resolution
  at('size').value = sizeValue({ width, height })
  at('frames').value = frames
  at('frames').min = capabilities.frames[0]
  at('frames').max = capabilities.frames[1]

  const templateOf = (name) => capabilities.templates.find((template) => template.name === name)
  at('template').replaceChildren(
    ...capabilities.templates.map(({ name, summary }) => {
      const words = name.replaceAll('-', ' ')
      return Object.assign(option(name, words[0].toUpperCase() + words.slice(1)), {
        title: summary,
      })
    }),
    option('own', 'Several moves'),
  )
  const showTemplate = () => {
    const template = templateOf(at('template').value)
    at('amount').type = template ? 'number' : 'text'
    at('amount').inputMode = template ? 'decimal' : 'text'
    at('unit').textContent = template
      ? `(${template.unit === 'degrees' ? '°' : 'of the distance'})`
      : '(moves)'
    at('amount').value = template ? template.amount : 'dolly-forward:0.3,orbit-left:30'
  }
  const [start] = model.path.split(':')
  at('template').value = start
  showTemplate()

  const way = () => new FormData(at('form')).get('way')
  const setWay = (value) => {
    at('form').elements.way.value = value
    at('by-template').hidden = value !== 'template'
    at('by-json').hidden = value !== 'json'
  }

  /** Frames, height, width; without a size the photograph's shape decides on the server. */
  const resolution = () => {
    const count = Number(at('frames').value)
    const [least, most] = capabilities.frames
    if (!Number.isInteger(count) || count < least || count > most) {
      throw new FormError(`Frames: a whole number from ${least} to ${most}.`, 'frames')
    }
    if (at('size').value === '') return undefined
    return [count, ...at('size').value.split('x').map(Number)]
  }

  const cameras = () => {
    try {
      const value = JSON.parse(at('cameras').value)
      return Array.isArray(value) ? value : value.cameras
    } catch (error) {
      throw new FormError(`The cameras are no JSON: ${error.message}`, 'cameras')
    }
  }

  const path = () => {
    const name = at('template').value
    const amount = at('amount').value.trim()
    if (name === 'own') return amount
    if (amount !== '' && !Number.isFinite(Number(amount))) {
      throw new FormError('Amount: a number.', 'amount')
    }
    return amount === '' ? name : `${name}:${amount}`
  }

  const seed = () => {
    const text = at('seed').value.trim()
    if (text === '') return undefined
    if (/^\d{1,15}$/.test(text)) return Number(text)
    throw new FormError('Seed: a whole number, or nothing for a random one.', 'seed')
  }

  const imageIndex = (count) => {
    const frame = Number(at('image-index').value)
    if (Number.isInteger(frame) && frame >= 1 && frame <= count) return frame - 1
    throw new FormError(`The photograph is seen from frame 1 to ${count}.`, 'image-index')
  }

  at('template').addEventListener('change', showTemplate)
  for (const radio of at('form').elements.way) {
    radio.addEventListener('change', () => setWay(way()))
  }
  at('fill').addEventListener('click', () => {
    const preview = at('preview')
    const own = photograph.dataUrl ? [preview.naturalWidth, preview.naturalHeight] : undefined
    const [h, w] = (at('size').value || `${height}x${width}`).split('x').map(Number)
    at('cameras').value = camerasText(exampleCameras(...(own ?? [w, h])))
    at('cameras').focus()
  })
  at('form').addEventListener('input', onChange)

  return {
    film: capabilities.film,
    get format() {
      return at('format').value
    },
    /** Pixels in all frames; undefined while the form has a mistake. */
    get pixels() {
      try {
        const [n, h, w] = resolution() ?? [Number(at('frames').value), height, width]
        return n * h * w
      } catch {
        return undefined
      }
    },
    /** @returns {object} the request @throws {FormError} */
    read() {
      const prompt = at('sentence').value.trim()
      if (prompt === '' && !photograph.dataUrl) {
        throw new FormError('Write a sentence, or add a photograph.', 'sentence')
      }
      const size = resolution()
      return {
        ...(prompt !== '' && { prompt }),
        ...(photograph.dataUrl && {
          image: photograph.dataUrl,
          imageIndex: imageIndex(Number(at('frames').value)),
        }),
        ...(way() === 'json' ? { cameras: cameras() } : { path: path() }),
        ...(size && { resolution: size }),
        ...(seed() !== undefined && { seed: seed() }),
      }
    },
    /** Fills the form with a request by the published names. @param {any} request */
    fill(request) {
      at('sentence').value = request.text_prompt ?? ''
      photograph.show(request.image_prompt || null, 'photograph.png')
      at('image-index').value = (request.image_index ?? 0) + 1
      const [n, h, w] = request.resolution
      const value = sizeValue({ width: w, height: h })
      if (![...at('size').options].some((known) => known.value === value)) {
        at('size').append(option(value, sizeText({ width: w, height: h })))
      }
      at('size').value = value
      at('frames').value = n
      at('seed').value = request.seed ?? ''
      at('cameras').value = camerasText(request.cameras)
      setWay('json')
      onChange()
    },
  }
}
