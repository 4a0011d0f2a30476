import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

/** The hub as the environment has it, by the rules of Python's `huggingface_hub`. */
export interface HubSettings {
  /** Without a slash behind it. */
  readonly endpoint: string
  /** The folder that holds `models--owner--name`. */
  readonly cache: string
  readonly token: string | undefined
  /** Nothing is asked of the network. */
  readonly offline: boolean
}

/**
 * `HF_ENDPOINT`; `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, `HF_HOME/hub`, `XDG_CACHE_HOME/huggingface/hub`; `HF_TOKEN`,
 * `HUGGING_FACE_HUB_TOKEN`, the file `HF_TOKEN_PATH` or `HF_HOME/token`; `HF_HUB_OFFLINE`, `TRANSFORMERS_OFFLINE`.
 * @example
 * ```ts
 * import { hubSettings } from 'flashworld/node'
 *
 * const { endpoint, cache, offline } = hubSettings({ HF_HOME: '/data/hub', HF_HUB_OFFLINE: '1' })
 * console.log(cache, offline) // '/data/hub/hub' true
 * ```
 */
export function hubSettings(env: Environment = process.env): HubSettings {
  const given = (name: string) => env[name] || undefined
  const expanded = (path: string) =>
    path
      .replace(/^~(?=$|[/\\])/, homedir())
      .replace(/\$(?:(\w+)|\{(\w+)\})/g, (all, a?: string, b?: string) => env[a ?? b!] ?? all)
  const home = expanded(
    given('HF_HOME') ?? join(given('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'huggingface'),
  )
  const cache = given('HF_HUB_CACHE') ?? given('HUGGINGFACE_HUB_CACHE') ?? join(home, 'hub')
  const tokenFile = expanded(given('HF_TOKEN_PATH') ?? join(home, 'token'))
  const withoutToken = isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)
  return {
    endpoint: (given('HF_ENDPOINT') ?? 'https://huggingface.co').replace(/\/+$/, ''),
    cache: expanded(cache),
    token: withoutToken
      ? undefined
      : cleanToken(given('HF_TOKEN') ?? given('HUGGING_FACE_HUB_TOKEN') ?? readToken(tokenFile)),
    offline: isTrue(given('HF_HUB_OFFLINE') ?? given('TRANSFORMERS_OFFLINE')),
  }
}

const isTrue = (value: string | undefined) => /^(1|on|yes|true)$/i.test(value ?? '')

const cleanToken = (text: string) => text.replace(/[\r\n]/g, '').trim() || undefined

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
