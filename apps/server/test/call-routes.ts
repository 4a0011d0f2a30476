import type { RouteRecord } from '../src/access/guard.ts'

export const someId = '00000000-0000-4000-8000-000000000000'

/** The path of a route with something for each of its parameters. */
export const pathOf = ({ url }: Pick<RouteRecord, 'url'>, id = someId) =>
  url
    .replaceAll(/:\w+/g, (name) => parameters[name] ?? (name === ':id' ? id : 'x'))
    .replace('*', `${id}/scene.ply`)
    .concat(queries[url] ?? '')

const parameters: Readonly<Record<string, string>> = {
  ':number': '1',
  ':api': 'generate_scene',
  ':event': someId,
}

const queries: Readonly<Record<string, string>> = {
  '/gradio_api/queue/data': '?session_hash=a',
  '/simple/estimate': '?pixels=1000',
  '/v1/convert': '?to=spz',
  '/v1/render': '?to=png',
}

const camera = { quaternion: [1, 0, 0, 0], position: [0, 0, 0], fx: 96, fy: 96, cx: 48, cy: 32 }
const cameras = [camera, { ...camera, position: [0.1, 0, 0] }]
const published = { text_prompt: 'a', resolution: [2, 64, 96], cameras, image_index: 0 }
const call = { name: 'scene_status', arguments: { id: someId } }

/** A JSON body that a route takes; those of forms are left out. */
export const goodBodies: Readonly<Record<string, unknown>> = {
  '/v1/scenes': { prompt: 'a' },
  '/v1/scenes/:id/cancel': undefined,
  '/generate': published,
  '/gradio_api/queue/join': { data: [null, 'a'], fn_index: 0, session_hash: 'a' },
  '/gradio_api/call/:api': { data: [null, 'a'] },
  '/gradio_api/call/v2/:api': { text_prompt: 'a' },
  '/gradio_api/cancel': { event_id: someId },
  '/gradio_api/reset': { event_id: someId },
  '/mcp': { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call },
}

/** Routes that read a JSON body. */
export const takesJson = ({ method, url }: RouteRecord) =>
  method === 'POST' && goodBodies[url] !== undefined

/** A request as bytes. */
export function requestText(
  { method, path }: { readonly method: string; readonly path: string },
  headers: Readonly<Record<string, string | number>>,
  body = '',
) {
  const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers })
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}

/** The body's letters are its bytes: `latin1`. */
export const jsonText = (path: string, body: string) =>
  requestText(
    { method: 'POST', path },
    {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'content-length': body.length,
    },
    body,
  )
