import { glbContainer } from '../src/formats/glb/container.ts'
import { writeSpz } from '../src/formats/spz/write.ts'
import type { Gaussians } from '../src/gaussians.ts'
import { collect } from './clouds.ts'

/** Bytes of a GLB: a document and its binary chunk, padded. */
export function glbFile(document: object, binary: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(binary.length / 4) * 4)
  padded.set(binary)
  const head = glbContainer(document, padded.length)
  return Uint8Array.from([...head, ...padded])
}

/** A GLB whose one primitive is an SPZ file, as the draft of the compression extension has it. */
export async function glbWithSpz(cloud: Gaussians): Promise<Uint8Array> {
  const spz = await collect(writeSpz(cloud))
  const compression = { KHR_gaussian_splatting_compression_spz_2: { bufferView: 0 } }
  const document = {
    asset: { version: '2.0' },
    extensionsUsed: ['KHR_gaussian_splatting', 'KHR_gaussian_splatting_compression_spz_2'],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [
      {
        primitives: [
          {
            mode: 0,
            attributes: {},
            extensions: { KHR_gaussian_splatting: { extensions: compression } },
          },
        ],
      },
    ],
    bufferViews: [{ buffer: 0, byteOffset: 0, byteLength: spz.length }],
    buffers: [{ byteLength: spz.length }],
  }
  return glbFile(document, spz)
}
