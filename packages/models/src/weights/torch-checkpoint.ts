/** Reader of PyTorch's `.ckpt`: a zip archive of one pickle and one file for each storage. */
import { WeightsError } from './errors.ts'
import { requireSize, type WeightSource } from './source.ts'
import { gatherRows, isContiguous, rowsSpan, type StridedView } from './strided.ts'
import { checkRows, dtypeBytes, elementCount, rowLayout, type TensorEntry } from './tensor.ts'
import { isKind, unpickle, type Pickled, type PickledTensor } from './unpickle.ts'
import { openZip, type ZipEntry } from './zip.ts'

const pickleBytesCap = 16 * 1024 * 1024

/** A pickle may name one dict many times: few bytes, and as many tensors as the product. */
const maxTensors = 100_000

/**
 * Reads what tensors a checkpoint holds: a dict of state dicts.
 * @returns the tensors of each state dict by its name, unread. Other values (such as a step
 *   count) are left out.
 * @throws WeightsError `weights/missing-file|truncated|zip|pickle|shape`
 */
export async function openTorchCheckpoint(
  source: WeightSource,
  path: string,
): Promise<Map<string, Map<string, TensorEntry>>> {
  if ((await requireSize(source, path)) < 22) {
    throw new WeightsError('weights/truncated', `${path}: too short for a zip archive`)
  }
  const archive = await openZip(source, path)
  const pickles = [...archive.values()].filter((entry) => /^[^/]+\/data\.pkl$/.test(entry.name))
  const [pickle] = pickles
  if (!pickle || pickles.length > 1) return refuse(path, "expected one 'data.pkl'")
  if (pickle.size > pickleBytesCap) refuse(path, `a pickle of ${pickle.size} bytes is too long`)
  const prefix = pickle.name.slice(0, -'data.pkl'.length)
  await checkByteOrder(path, archive.get(`${prefix}byteorder`))
  const root = readPickle(path, await pickle.readChecked())
  if (!(root instanceof Map)) return refuse(path, 'expected a dict of state dicts')
  const dicts = new Map<string, Map<string, TensorEntry>>()
  let count = 0
  for (const [name, dict] of root) {
    if (typeof name !== 'string' || !(dict instanceof Map)) continue
    count += dict.size
    if (count > maxTensors) refuse(path, `expected <= ${maxTensors} tensors`)
    const tensors = new Map<string, TensorEntry>()
    for (const [key, tensor] of dict) {
      if (typeof key !== 'string' || !isKind(tensor, 'tensor')) continue
      tensors.set(key, entryOf({ path, key, tensor, file: archive.get(dataName(prefix, tensor)) }))
    }
    dicts.set(name, tensors)
  }
  return dicts
}

function readPickle(path: string, bytes: Uint8Array): Pickled {
  try {
    return unpickle(bytes)
  } catch (cause) {
    return refuse(path, cause instanceof Error ? cause.message : String(cause))
  }
}

function dataName(prefix: string, tensor: PickledTensor): string {
  return `${prefix}data/${tensor.storage.key}`
}

/** Archives from before PyTorch 2.1 have no such file and are little-endian. */
async function checkByteOrder(path: string, entry: ZipEntry | undefined): Promise<void> {
  if (!entry) return
  const order = entry.size <= 16 ? new TextDecoder().decode(await entry.readChecked()) : '?'
  if (order !== 'little') refuse(path, `expected byte order 'little', got '${order}'`)
}

interface StoredTensor {
  path: string
  key: string
  tensor: PickledTensor
  file: ZipEntry | undefined
}

function entryOf({ path, key, tensor, file }: StoredTensor): TensorEntry {
  const { storage, shape } = tensor
  const itemBytes = dtypeBytes[storage.dtype]
  if (!file) return refuse(path, `'${key}': its storage '${storage.key}' is missing`)
  if (file.size !== storage.count * itemBytes) {
    refuse(path, `'${key}': ${storage.count} ${storage.dtype} in ${file.size} bytes`)
  }
  checkView(path, key, tensor)
  const { rows } = rowLayout(shape)
  return {
    key,
    file: path,
    dtype: storage.dtype,
    shape,
    async read(start = 0, end = rows) {
      checkRows(key, rows, [start, end])
      const view: StridedView = { ...tensor, start, end }
      const span = rowsSpan(view)
      const bytes = await file.read(span.start * itemBytes, span.end * itemBytes)
      return isContiguous(view) ? bytes : gatherRows(bytes, view, itemBytes)
    },
  }
}

/** A view must lie within its storage and may not be larger than it. */
function checkView(path: string, key: string, tensor: PickledTensor): void {
  const { shape, storage } = tensor
  const { rows } = rowLayout(shape)
  const { end } = rowsSpan({ ...tensor, start: 0, end: rows })
  if (end <= storage.count && elementCount(shape) <= storage.count) return
  throw new WeightsError(
    'weights/shape',
    `${path}: '${key}': [${shape}] does not fit a storage of ${storage.count}`,
  )
}

function refuse(path: string, message: string): never {
  throw new WeightsError('weights/pickle', `${path}: ${message}`)
}
