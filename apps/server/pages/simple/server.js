// What the page asks of its server. A token stays in the memory of this page.

/** An error of the server, with what to do about it. */
export class ServerError extends Error {
  /** @param {{ code: string, message: string, hint?: string }} error */
  constructor({ code, message, hint }) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

let token = ''
/** @type {Promise<string> | undefined} */
let asking

/** @type {() => Promise<string>} */
let askForToken = async () => ''

/** @param {() => Promise<string>} ask shows a form for it */
export const onTokenNeeded = (ask) => {
  askForToken = ask
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 * @throws {ServerError}
 */
export async function request(path, init = {}) {
  const headers = new Headers(init.headers)
  if (token) headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(path, { ...init, headers }).catch((cause) => {
    if (init.signal?.aborted) throw cause
    throw new ServerError({
      code: 'server/unreachable',
      message: 'The server does not answer',
      hint: 'Is it still running?',
    })
  })
  if (response.ok) return response
  if (response.status === 401) {
    // who was refused meanwhile waits for the same answer
    asking ??= askForToken().finally(() => (asking = undefined))
    token = await asking
    if (token) return request(path, init)
  }
  const { error } = await response.json().catch(() => ({}))
  throw new ServerError(error ?? { code: 'server/failed', message: `HTTP ${response.status}` })
}

/** @param {string} path @param {RequestInit} [init] */
export const requestJson = async (path, init) => (await request(path, init)).json()

/** @param {string} path @param {unknown} body */
export const postJson = (path, body) =>
  requestJson(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** A file of the server as a URL for a picture, a film or a download. Let it go with `URL.revokeObjectURL`. @param {string} path */
export const fileUrl = async (path) => URL.createObjectURL(await (await request(path)).blob())

/**
 * Events as they come; after a broken connection from the last one on.
 * @param {string} path
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<{ type: string, data: any }>}
 */
export async function* events(path, signal) {
  let last = ''
  for (let failures = 0; failures < 5; failures++) {
    try {
      const response = await request(path, {
        signal,
        headers: last ? { 'last-event-id': last } : {},
      })
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        failures = 0
        const blocks = (text + part.value).split('\n\n')
        text = blocks.pop()
        for (const block of blocks) {
          const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
          last = field('id') ?? last
          if (field('event')) yield { type: field('event'), data: JSON.parse(field('data')) }
        }
      }
    } catch (error) {
      if (signal.aborted || (error instanceof ServerError && error.code !== 'server/unreachable'))
        throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** failures))
  }
  throw new ServerError({
    code: 'server/unreachable',
    message: 'The server does not answer any more',
    hint: 'The scene may be made all the same; open the page again later.',
  })
}
