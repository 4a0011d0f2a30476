/** The parts of three.js that the tests use; the package has no types of its own. */
declare module 'three' {
  export interface BufferGeometry {
    getAttribute(name: string): { readonly array: Float32Array | Uint32Array | Uint8ClampedArray }
  }
  export interface Object3D {
    traverse(visit: (object: Object3D) => void): void
  }
}

declare module 'three/addons/loaders/GLTFLoader.js' {
  import type { Object3D } from 'three'
  export class GLTFLoader {
    register(plugin: (parser: object) => object): void
    parseAsync(data: ArrayBuffer, path: string): Promise<{ scene: Object3D }>
  }
}

declare module 'three/addons/loaders/GLTFGaussianSplatLoaderExtension.js' {
  export class GLTFGaussianSplatLoaderExtension {
    constructor(parser: object)
  }
}

declare module 'three/addons/loaders/SPZLoader.js' {
  import type { BufferGeometry } from 'three'
  export class SPZLoader {
    parse(data: ArrayBuffer): BufferGeometry | Promise<BufferGeometry>
  }
}

declare module 'three/addons/loaders/GaussianSplatPLYLoader.js' {
  import type { BufferGeometry } from 'three'
  export class GaussianSplatPLYLoader {
    parse(data: ArrayBuffer): BufferGeometry
  }
}

declare module 'three/addons/loaders/SPLATLoader.js' {
  import type { BufferGeometry } from 'three'
  export class SPLATLoader {
    parse(data: ArrayBuffer): BufferGeometry
  }
}

declare module 'three/addons/loaders/usd/USDAParser.js' {
  export class USDAParser {
    parseText(text: string): unknown
  }
}

declare module 'three/addons/libs/fflate.module.js' {
  export function unzipSync(data: Uint8Array): Record<string, Uint8Array>
}
