import { sep } from 'node:path'
import { errorCode, smallerMemoryOf } from 'flashworld'
import type { Failure } from './events.ts'

/** Where this is installed as a package, the folder of its node_modules. */
const [place, isInstalled] = import.meta.dirname.split(`${sep}node_modules${sep}`)

/** What to do about a failure, where the command line knows. */
const hints: Readonly<Record<string, (command: string, error: unknown) => string | undefined>> = {
  'usage/invalid': (command) => `see: flashworld${command && ` ${command}`} --help`,
  'output/exists': () => 'add --force to replace it, or choose another name',
  'engine/unsupported': () =>
    'flashworld doctor tells what is missing; --backend wasm computes on the CPU',
  'engine/out-of-memory': (_, error) =>
    `${smallerWords(error) ?? 'a smaller --memory (flashworld doctor shows its plans) or --resolution'} needs less memory`,
  'engine/lost': (_, error) =>
    smallerWords(error) && `where its memory was too small, ${smallerWords(error)} may do`,
  'memory/too-small': () => 'fewer frames and smaller pictures (--resolution) need less memory',
  'splats/unknown-format': () => 'where neither content nor name tells the format, --from does',
  'model/missing': () =>
    'flashworld models pull flashworld fetches the published model; models list tells what is here and what it takes',
  'model/unknown': () => 'flashworld models list tells which there are',
  'disk/space': () =>
    'free some, or choose other disks: HF_HOME for what is fetched, FLASHWORLD_HOME for what is made of it',
  'hub/refused': () =>
    "accept the model's conditions on its page of the hub, then give a token of that account: HF_TOKEN, or hf auth login",
  'hub/missing': () => 'HF_ENDPOINT may name a mirror that does not have this model',
  'hub/response': () =>
    'HF_ENDPOINT, or a proxy on the way, may not be a hub; run it again to go on',
  'hub/unreachable': () => 'run it again when the network is there: it goes on where it ended',
  'hub/busy': () => 'run it again later: it goes on where it ended',
  'hub/offline': () => 'without HF_HUB_OFFLINE, flashworld models pull fetches it',
  'hub/corrupt': () =>
    'something on the way changes files: try without proxy or mirror; nothing of it was kept',
  // `npx` alone has the command line in a folder of its own
  'package/missing': () => isInstalled && `add --prefix ${place!}: this command line is there`,
  'request/empty': () =>
    'say what to make: flashworld generate "a red house", or --image photo.jpg',
}

/** The option by which less of a model is on the GPU. */
function smallerWords(error: unknown): string | undefined {
  const smaller = smallerMemoryOf(error)
  return smaller === undefined ? undefined : `--memory ${smaller}`
}

/** A failure as it is told; a defect of ours has the code `command/defect`. */
export function failureOf(error: unknown, command: string): Failure {
  const code = errorCode(error)
  const message = error instanceof Error ? error.message : String(error)
  if (code === undefined) return { code: 'command/defect', message }
  const hint = hints[code]?.(command, error) ?? ownHint(error as Error)
  return { code, message, ...(hint !== undefined && { hint }) }
}

/** What the error itself says to do. */
const ownHint = (error: Error) =>
  'hint' in error && typeof error.hint === 'string' ? error.hint : undefined

/** Codes that say that what was typed cannot be. */
const badArguments = /^(usage|request|options)\/|^camera\/template$/

/** 2 where what was asked for cannot be, 1 where it was tried and failed. */
export const exitCodeOf = ({ code }: Failure): number => (badArguments.test(code) ? 2 : 1)
