import { SplatsError } from '../../splats-error.ts'
import { EXTENSION } from './names.ts'

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>

/** An object's fields; none where it is something else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

/** Entry `index` of a list of a document; no fields where there is none. */
export function entryOf(document: Fields, list: string, index: unknown): Fields {
  const entries = document[list]
  const entry: unknown =
    Array.isArray(entries) && Number.isSafeInteger(index) ? entries[index as number] : undefined
  if (typeof entry === 'object' && entry !== null) return entry as Fields
  throw new SplatsError(
    'splats/bad-data',
    `readGlb: expected an entry ${String(index).slice(0, 20)} of ${list}, got none`,
  )
}

/** A list of numbers of a given length. */
export function numbersOf(value: unknown, what: string, length: number): readonly number[] {
  const isList = Array.isArray(value) && value.length === length
  if (isList && value.every((entry) => typeof entry === 'number' && Number.isFinite(entry))) {
    return value as number[]
  }
  throw new SplatsError('splats/bad-data', `readGlb: expected ${what} of ${length} numbers`)
}

/** A primitive of Gaussians and where it stands. */
export interface PlacedPrimitive {
  readonly primitive: Fields
  /** Fields of its extension. */
  readonly splatting: Fields
  /** The node's fields from the root down to it. */
  readonly nodes: readonly Fields[]
}

/** Nodes visited at most: a document may name one node from many. */
const MAX_NODES = 100_000

/** Deepest chain of nodes. */
const MAX_DEPTH = 64

/** What a document shows, and how much else there is in it. */
export interface PlacedPrimitives {
  readonly primitives: readonly PlacedPrimitive[]
  /** Primitives that are not Gaussians. */
  readonly others: number
}

/**
 * All primitives of Gaussians that the document's scene shows; of every mesh if there is no scene.
 * @throws {SplatsError} `splats/bad-data`
 */
export function placedPrimitives(document: Fields): PlacedPrimitives {
  const primitives: PlacedPrimitive[] = []
  let others = 0
  const addMesh = (mesh: Fields, nodes: readonly Fields[]) => {
    for (const entry of listOf(mesh.primitives)) {
      const primitive = fieldsOf(entry)
      const splatting = fieldsOf(primitive.extensions)[EXTENSION]
      if (splatting === undefined) others++
      else primitives.push({ primitive, splatting: fieldsOf(splatting), nodes })
    }
  }
  let visited = 0
  const visit = (index: unknown, above: readonly Fields[]): void => {
    if (++visited > MAX_NODES || above.length > MAX_DEPTH) {
      throw new SplatsError('splats/bad-data', 'readGlb: expected a tree of nodes, got too many')
    }
    const node = entryOf(document, 'nodes', index)
    const nodes = [...above, node]
    if (node.mesh !== undefined) addMesh(entryOf(document, 'meshes', node.mesh), nodes)
    for (const child of listOf(node.children)) visit(child, nodes)
  }
  if (listOf(document.scenes).length > 0) {
    for (const root of listOf(entryOf(document, 'scenes', document.scene ?? 0).nodes)) {
      visit(root, [])
    }
  } else {
    for (const mesh of listOf(document.meshes)) addMesh(fieldsOf(mesh), [])
  }
  return { primitives, others }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
