import { readFileSync } from 'node:fs'
import { ServerError } from './errors.ts'
import { precisions } from 'flashworld'

/** An option of `serve` and `worker`: by flag, by environment, or in the file that `--config` names. */
interface Option<T> {
  /** In place of the value in help, such as `PORT`; one without is a switch. */
  readonly value?: string
  readonly summary: string
  readonly fallback: T
  /** @throws Error that says what was expected */
  readonly read: (text: string) => T
  /** Names that mean the same: the published servers'. */
  readonly aliases?: readonly string[]
}

const text = (value: string) => value

const switchOf = (value: string) => {
  if (/^(1|true|yes|on|)$/i.test(value)) return true
  if (/^(0|false|no|off)$/i.test(value)) return false
  throw new Error(`true or false, got '${value}'`)
}

const number =
  ({ least = 0, most = Number.MAX_SAFE_INTEGER, whole = false } = {}) =>
  (value: string) => {
    const got = value.trim() === '' ? NaN : Number(value)
    if (got >= least && got <= most && (!whole || Number.isInteger(got))) return got
    throw new Error(
      `a ${whole ? 'whole ' : ''}number from ${least} to ${most}, got '${value.slice(0, 40)}'`,
    )
  }

const whole = (least: number, most: number) => number({ least, most, whole: true })

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/** `90`, `90s`, `5m`, `1.5h`, `2d`: seconds. */
const duration = (value: string) => {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(value.trim()) ?? []
  if (amount !== undefined) return Number(amount) * units[unit]!
  throw new Error(`a time such as 90s, 5m or 2h, got '${value.slice(0, 40)}'`)
}

const sizes: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
}

/** `20m`, `2g`: bytes. */
const bytes = (value: string) => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([kmgt]?)i?b?$/i.exec(value.trim()) ?? []
  if (amount !== undefined) return Math.floor(Number(amount) * sizes[unit.toLowerCase()]!)
  throw new Error(`a size such as 20m or 2g, got '${value.slice(0, 40)}'`)
}

const list = (value: string) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** Origins as headers have them, with nothing else that a policy would read. */
const originList = (value: string) => {
  const wrong = list(value).find((origin) => !/^https?:\/\/[\w.-]+(:\d+)?$/.test(origin))
  if (wrong === undefined) return list(value)
  throw new Error(`origins such as https://example.org, got '${wrong.slice(0, 40)}'`)
}

const oneOf =
  <T extends string>(...known: readonly T[]) =>
  (value: string): T => {
    const found = known.find((item) => item === value)
    if (found !== undefined) return found
    throw new Error(`one of ${known.join(', ')}, got '${value.slice(0, 40)}'`)
  }

const noList: readonly string[] = []

/** All options, in the order of the documentation. */
export const serverOptions = {
  host: {
    value: 'HOST',
    summary: 'address to listen on; other than localhost it needs a token',
    fallback: 'localhost',
    read: text,
  },
  port: {
    value: 'PORT',
    summary: 'port to listen on; 0 takes a free one',
    fallback: 7860,
    read: whole(0, 65_535),
  },
  data: {
    value: 'DIR',
    summary: 'folder of queue, scenes and previews',
    fallback: './flashworld-data',
    read: text,
    aliases: ['cache-dir', 'cache_dir'],
  },
  'database-url': {
    value: 'URL',
    summary: 'PostgreSQL instead of SQLite in the data folder, for many servers and workers',
    fallback: '',
    read: text,
  },
  'artifact-url': {
    value: 'URL',
    summary:
      's3://KEY:SECRET@HOST/BUCKET?region=R instead of the data folder; s3+http:// without TLS',
    fallback: '',
    read: text,
  },
  model: {
    value: 'MODEL',
    summary:
      "mini; flashworld, once it is fetched; a published model.ckpt; or a checkpoint's folder",
    fallback: 'mini',
    read: text,
    aliases: ['ckpt'],
  },
  backend: {
    value: 'NAME',
    summary: 'where to compute: auto, webgpu, wasm',
    fallback: 'auto',
    read: oneOf('auto', 'webgpu', 'wasm'),
  },
  precision: {
    value: 'NAME',
    summary: 'what a GPU computes with: auto (the quickest that it does well), int8, f16, f32',
    fallback: 'auto',
    read: oneOf('auto', ...precisions),
  },
  memory: {
    value: 'GIB',
    summary:
      "GPU memory to make do with, such as 4, 8, 12, 24; 0: all there is. What does not fit comes from the host's memory when its turn is",
    fallback: 0,
    read: whole(0, 1024),
  },
  'offload-text': {
    summary: "the text encoder comes from the host's memory, block by block",
    fallback: false,
    read: switchOf,
    aliases: ['offload-t5', 'offload_t5'],
  },
  'offload-vae': {
    summary: 'image encoder and decoder are on the GPU only while they work',
    fallback: false,
    read: switchOf,
    aliases: ['offload_vae'],
  },
  'offload-transformer-during-vae': {
    summary: "the transformer comes from the host's memory, block by block",
    fallback: false,
    read: switchOf,
    aliases: ['offload_transformer_during_vae'],
  },
  gpu: {
    value: 'LIST',
    summary: 'numbers of the GPUs to use, such as 0,1; one worker each',
    fallback: noList,
    read: list,
  },
  'max-concurrent': {
    value: 'N',
    summary: 'workers for each GPU, or on the CPU; 0: this process only queues',
    fallback: 1,
    read: whole(0, 64),
    aliases: ['max_concurrent'],
  },
  'gpu-budget': {
    value: 'TIME',
    summary: 'time that a job may take on its device; 0: ten times what its size has taken',
    fallback: 0,
    read: duration,
  },
  'idle-unload': {
    value: 'TIME',
    summary: 'free the device after so long without work; 0: never',
    fallback: 0,
    read: duration,
  },
  keep: {
    value: 'TIME',
    summary: 'how long files of ended jobs are kept',
    fallback: 1800,
    read: duration,
  },
  'disk-quota': {
    value: 'SIZE',
    summary: 'most bytes of files; the oldest go first',
    fallback: 20 * 2 ** 30,
    read: bytes,
  },
  'min-free-disk': {
    value: 'SIZE',
    summary: 'refuse jobs when less is free',
    fallback: 2 * 2 ** 30,
    read: bytes,
  },
  'max-body': {
    value: 'SIZE',
    summary: 'largest request body',
    fallback: 32 * 2 ** 20,
    read: bytes,
  },
  'max-queued': {
    value: 'N',
    summary: 'most jobs that wait',
    fallback: 10_000,
    read: whole(1, 1_000_000),
  },
  'max-queued-per-client': {
    value: 'N',
    summary: 'most jobs of one client that wait',
    fallback: 200,
    read: whole(1, 1_000_000),
  },
  'max-running-per-client': {
    value: 'N',
    summary: 'most jobs of one client that run at once',
    fallback: 2,
    read: whole(1, 1000),
  },
  'rate-limit': {
    value: 'N',
    summary: 'requests a minute and client that make work; 0: no limit',
    fallback: 120,
    read: whole(0, 1_000_000),
  },
  token: {
    value: 'TOKEN',
    summary: 'the one token that may do everything; more are made by `flashworld token`',
    fallback: '',
    read: text,
  },
  public: {
    summary: 'who has no token may make scenes, too, and sees those of his own address',
    fallback: false,
    read: switchOf,
  },
  'allow-host': {
    value: 'LIST',
    summary: 'names under which the server may be called, besides localhost and --host',
    fallback: noList,
    read: list,
  },
  'cors-origin': {
    value: 'LIST',
    summary: 'origins of other pages that may call it',
    fallback: noList,
    read: list,
  },
  'frame-origin': {
    value: 'LIST',
    summary: 'origins of other pages that may show its pages in a frame',
    fallback: noList,
    read: originList,
  },
  'webhook-host': {
    value: 'LIST',
    summary: 'hosts that may be told of ended jobs; with a port where it is not the usual one',
    fallback: noList,
    read: list,
  },
  'webhook-secret': {
    value: 'SECRET',
    summary: 'whsec_ and base64: what webhooks are signed with',
    fallback: '',
    read: text,
  },
  'trust-proxy': {
    value: 'LIST',
    summary:
      'addresses of proxies, or their networks such as 10.0.0.0/8, whose X-Forwarded headers are believed',
    fallback: noList,
    read: list,
  },
  drain: {
    value: 'TIME',
    summary: 'how long SIGTERM waits for running jobs before they are handed back',
    fallback: 30,
    read: duration,
  },
  'metrics-port': {
    value: 'PORT',
    summary: 'port where a `worker` answers /metrics, /healthz and /readyz; 0: none',
    fallback: 0,
    read: whole(0, 65_535),
  },
  'log-level': {
    value: 'LEVEL',
    summary: 'error, warn, info or debug',
    fallback: 'info',
    read: oneOf('error', 'warn', 'info', 'debug'),
  },
} as const satisfies Readonly<Record<string, Option<unknown>>>

export type OptionName = keyof typeof serverOptions

type Read<O> = O extends { readonly read: (text: string) => infer T } ? T : never

/** `max-body` is `maxBody`. */
type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S

export type ServerOptions = {
  readonly [K in OptionName as Camel<K>]: Read<(typeof serverOptions)[K]>
}

/** The options of processes that serve. */
export const serveOptions: readonly OptionName[] = (
  Object.keys(serverOptions) as OptionName[]
).filter((name) => name !== 'metrics-port')

/** The options of processes that only work: what has no meaning without clients is left out. */
export const workerOptions: readonly OptionName[] = [
  'host',
  'data',
  'database-url',
  'artifact-url',
  'model',
  'backend',
  'precision',
  'memory',
  'offload-text',
  'offload-vae',
  'offload-transformer-during-vae',
  'gpu',
  'max-concurrent',
  'gpu-budget',
  'idle-unload',
  'max-running-per-client',
  'token',
  'allow-host',
  'drain',
  'metrics-port',
  'log-level',
]

/** An option's default as it would be typed; undefined where there is none. */
export function defaultText(name: OptionName): string | undefined {
  const { value, fallback } = serverOptions[name] as Option<unknown>
  if (typeof fallback === 'string') return fallback === '' ? undefined : fallback
  if (typeof fallback !== 'number') return undefined
  if (value === 'SIZE') return inUnits(fallback, sizes)
  return value === 'TIME' ? inUnits(fallback, units) : `${fallback}`
}

/** In the largest unit that leaves a whole number. */
function inUnits(amount: number, table: Readonly<Record<string, number>>): string {
  const fits = Object.entries(table).filter(([, size]) => amount > 0 && amount % size === 0)
  const [unit, size] = fits.toSorted(([, a], [, b]) => b - a)[0] ?? ['', 1]
  return `${amount / size}${unit}`
}

/** The environment variable of an option: `FLASHWORLD_MAX_BODY`. */
export const variableOf = (name: string) => `FLASHWORLD_${name.toUpperCase().replaceAll('-', '_')}`

const entries = Object.entries(serverOptions) as [OptionName, Option<unknown>][]

/**
 * Options from flags, else the environment (`FLASHWORLD_PORT`; `DATABASE_URL` too), else a file, else their defaults.
 * @param flags by name, as the command line has them; a switch is ''
 * @param file a JSON object of the same names
 * @throws ServerError `options/invalid`
 */
export function readOptions(
  flags: Readonly<Record<string, string | undefined>>,
  env: Readonly<Record<string, string | undefined>> = {},
  file?: string,
): ServerOptions {
  const inFile = file === undefined ? {} : readConfig(file)
  const values = entries.map(([name, option]) => {
    const names = [name, ...(option.aliases ?? [])]
    const from = [
      ...names.map((flag) => [`--${flag}`, flags[flag]] as const),
      [variableOf(name), env[variableOf(name)]] as const,
      ...(name === 'database-url' ? [['DATABASE_URL', env.DATABASE_URL] as const] : []),
      ...names.map((key) => [`${file}: ${key}`, inFile[key]] as const),
    ]
    const [where, given] = from.find(([, value]) => value !== undefined) ?? []
    return [camel(name), given === undefined ? option.fallback : read(option, where!, given)]
  })
  return Object.fromEntries(values) as ServerOptions
}

function read(option: Option<unknown>, where: string, given: string) {
  try {
    return option.read(given)
  } catch (cause) {
    throw new ServerError('options/invalid', `${where}: expected ${(cause as Error).message}`)
  }
}

/** @throws ServerError `options/invalid` */
function readConfig(file: string): Record<string, string> {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new ServerError('options/invalid', `${file}: ${(cause as Error).message}`, { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServerError('options/invalid', `${file}: expected an object of options`)
  }
  const known = new Set(entries.flatMap(([name, { aliases = [] }]) => [name, ...aliases]))
  for (const key of Object.keys(value)) {
    if (!known.has(key))
      throw new ServerError('options/invalid', `${file}: there is no option ${key}`)
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      Array.isArray(item) ? item.join(',') : String(item),
    ]),
  )
}

const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
