import type { Caller } from '../../access/tokens.ts'
import type { Job } from '../../queue/job.ts'

/** A kind of field: what Gradio calls it, and the JSON that it takes or gives. */
export interface Component {
  readonly type: 'image' | 'textbox' | 'code' | 'file'
  readonly schema: Readonly<Record<string, unknown>>
  readonly python: string
  readonly example: unknown
}

export interface Field {
  readonly name: string
  readonly label: string
  readonly component: Component
  /** What a call gets that leaves the field out; without one the field must be given. */
  readonly fallback?: unknown
}

/** Who calls, and under what address clients reach the server. */
export interface CallContext {
  readonly caller: Caller
  readonly client: string
  /** Such as `http://localhost:7860`, without a slash at its end. */
  readonly root: string
}

/** How a call ended. */
export type Answer = { readonly output: readonly unknown[] } | { readonly error: string }

/** A call is answered at once, or by a job. */
export type Started = Answer | { readonly job: Job }

/** A function that Gradio's clients call by name, with fields in their order. */
export interface Endpoint {
  readonly name: string
  readonly summary: string
  readonly inputs: readonly Field[]
  readonly outputs: readonly Field[]
  /** @throws ServerError and the library's errors for what cannot be done */
  start(data: readonly unknown[], context: CallContext): Promise<Started>
  /** The answer of an ended job that `start` gave. */
  finish(job: Job, context: CallContext): Promise<Answer>
}

const fileSchema = {
  type: 'object',
  title: 'FileData',
  description: 'A file: by the path that an upload answered, or with the URL to fetch it from',
  properties: {
    path: { type: 'string' },
    url: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    size: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    orig_name: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    mime_type: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    is_stream: { type: 'boolean', default: false },
    meta: {
      type: 'object',
      properties: { _type: { const: 'gradio.FileData', type: 'string' } },
      required: ['_type'],
    },
  },
  required: ['path'],
}

export const textbox: Component = {
  type: 'textbox',
  schema: { type: 'string' },
  python: 'str',
  example: 'a red house on grass',
}

export const code: Component = {
  type: 'code',
  schema: { type: 'string' },
  python: 'str',
  example: '{"cameras": []}',
}

export const image: Component = {
  type: 'image',
  schema: fileSchema,
  python: 'filepath',
  example: null,
}

export const file: Component = {
  type: 'file',
  schema: fileSchema,
  python: 'filepath',
  example: null,
}
