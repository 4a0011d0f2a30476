/** A process that converts a checkpoint's folder, to be killed: `FROM TO FILE_BYTES`. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { convertModel } from '../src/node/models/convert.ts'
import type { PublishedFiles } from '../src/node/models/published-files.ts'

const [from = '', folder = '', fileBytes] = process.argv.slice(2)
const publication = { repository: 'somebody/tiny', revision: '0'.repeat(40) }
const files = readdirSync(from, { recursive: true, encoding: 'utf8' })
  .filter((name) =>
    /^(model\.ckpt|(text_encoder|vae|transformer|tokenizer|scheduler)\/.+)$/.test(name),
  )
  .map((name) => {
    const path = join(from, name)
    return [name, { path, bytes: statSync(path).size, from: publication }] as const
  })
const published: PublishedFiles = { name: 'tiny', files: new Map(files) }
process.send?.('ready')
await convertModel({ published, folder, precision: 'f16', fileBytes: Number(fileBytes) })
process.exit() // the channel to the parent would keep it
