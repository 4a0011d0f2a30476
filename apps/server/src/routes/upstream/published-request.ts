import { ServerError } from '../../errors.ts'

/** What the published servers read of a request; all else in it they pass over. `seed` is ours. */
const publishedFields = [
  'image_prompt',
  'text_prompt',
  'image_index',
  'resolution',
  'cameras',
  'seed',
] as const

/**
 * A request as the published page and scripts send it, without what those servers never read. A photograph is a data URL or
 * base64; what looks like a path is no photograph.
 * @throws ServerError `body/invalid`
 */
export function publishedRequest(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServerError('body/invalid', 'expected an object with text_prompt and cameras')
  }
  const given = new Map(Object.entries(value))
  const fields = publishedFields.filter((name) => (given.get(name) ?? null) !== null)
  return Object.fromEntries(fields.map((name) => [name, given.get(name)]))
}

/** What the published servers say of a request that cannot be made. */
export function publishedError({ code, message }: { code: string; message: string }): string {
  if (code === 'request/empty') return 'No Prompts provided'
  if (code.startsWith('image/')) return `Image decode error: ${message}`
  return /^(request|camera|body)\//.test(code) ? `Processing error: ${message}` : message
}
