/** Status of each error code: exact first, else by the part before the slash. Everything else is 500. */
const statuses: Readonly<Record<string, number>> = {
  'access/token': 401,
  'access/scope': 403,
  'access/host': 421,
  'access/origin': 403,
  'access/rate': 429,
  'body/too-large': 413,
  'body/type': 415,
  'file/range': 416,
  'file/unknown': 404,
  'file/unreachable': 503,
  'job/unknown': 404,
  'route/unknown': 404,
  'data/read-only': 503,
  'queue/full': 503,
  'queue/disk-full': 503,
  'queue/unreachable': 503,
  'queue/text': 400,
  'queue/client-full': 429,
  'queue/idempotency': 409,
  'image/size': 413,
  'image/type': 415,
  'image/busy': 429,
  'server/busy': 503,
  'server/stopping': 503,
  'splats/too-large': 413,
  'engine/limit': 413,
  'work/busy': 503,
  'work/timeout': 422,
  'engine/busy': 503,
  'package/missing': 501,
  body: 400,
  request: 400,
  image: 400,
  camera: 400,
  splats: 400,
  film: 400,
  input: 400,
}

export function statusOf(code: string): number {
  const group = code.split('/')[0]!
  const known = [code, group].find((key) => Object.hasOwn(statuses, key))
  return known === undefined ? 500 : statuses[known]!
}
