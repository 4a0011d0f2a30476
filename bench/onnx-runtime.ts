/** What we use of the package; it is no dependency of the project, so its types may be missing. */
interface OnnxRuntime {
  readonly env: { readonly versions: { readonly node?: string } }
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: { intraOpNumThreads: number; interOpNumThreads: number },
    ): Promise<OnnxSession>
  }
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OnnxTensor
}

interface OnnxTensor {
  readonly data: Float32Array
}

interface OnnxSession {
  run(feeds: Record<string, OnnxTensor>, fetches: Record<string, OnnxTensor>): Promise<unknown>
  release(): Promise<void>
}

/** Its install script may fetch GPU libraries of hundreds of MB, so it is installed by hand and without scripts. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  const name: string = 'onnxruntime-node'
  try {
    return (await import(name)) as OnnxRuntime
  } catch (error) {
    throw new Error(
      'bench: ONNX Runtime is missing: npm install --no-save --ignore-scripts onnxruntime-node',
      { cause: error },
    )
  }
}
