import type { ArrayWords } from './accesses.ts'
import { closing, replaceAccesses } from './accesses.ts'

/** The binding that the plain text writes its faults into: word `first + n` for the array `arrays[n]`. */
export const faultBinding = 900

/** A kernel's text without f16, subgroups of 32 and matrix units, and what of it is watched. */
export interface PlainText {
  readonly code: string
  /** Storage bindings and workgroup arrays, whose indices are checked. */
  readonly arrays: readonly string[]
}

/** Lanes of the pretended subgroups, neighbours in the workgroup. */
const lanes = 32
/** Subgroups of the device below, at the least: shuffles within them are its own. */
const nativeLanes = 4

/**
 * Turns a kernel's WGSL into an equivalent for devices without f16, subgroups of 32 and matrix units:
 * - f16 in storage stays f16, two in a word; arithmetic on it is f32's, rounded when it is stored.
 * - A lane holds of each 16x16 result two rows of four, and of the factors what it needs for those. A load reads
 *   workgroup memory, and a store writes it, when and where the lane gets there: nothing waits but at the
 *   kernel's own barriers.
 * - Every index into a storage binding or a workgroup array is held against its length. One that is outside
 *   is noted (largest index + 1) in word `firstFault + n` of the fault buffer, and the first element is taken instead.
 *
 * @throws Error on what it does not know
 */
export function plainWgsl(source: string, firstFault: number): PlainText {
  const arrays: string[] = []
  const words = new Map<string, ArrayWords>()
  const added: string[] = []
  const guard = (name: string, count: string) => {
    added.push(`fn at_${name}(index: u32) -> u32 {
  if (index < ${count}) { return index; }
  atomicMax(&faults[${firstFault + arrays.length}u], max(index, index + 1u));
  return 0u;
}`)
    arrays.push(name)
    return (index: string) => `at_${name}(${index})`
  }

  let text = source
    .replace(/^enable (f16|chromium_experimental_subgroup_matrix|subgroup_size_control);\n/gm, '')
    .replace(new RegExp(`@subgroup_size\\(${lanes}\\) ?`), '')
  const unknown = /\bsubgroup(?!Matrix|_matrix|_id\b|ShuffleXor\b|s?\b)\w+/.exec(text)
  if (unknown) throw new Error(`pretend: expected no ${unknown[0]}`)

  text = text.replace(
    /var<storage, (read|read_write)> (\w+): array<([\w<>]+)>;/g,
    (line, mode: string, name: string, type: string) => {
      const half = halves[type]
      if (!half && type.includes('f16')) throw new Error(`pretend: expected no array of ${type}`)
      const at = guard(name, `arrayLength(&${name})${half?.perElement ?? ''}`)
      const isOutput = mode === 'read_write'
      words.set(name, half ? half.words(name, at) : { read: (i) => `${name}[${at(i)}]` })
      if (!half) return line
      return `var<storage, ${mode}> ${name}: array<${isOutput ? half.written : half.stored}>;`
    },
  )
  for (const [, name, count] of text.matchAll(/var<workgroup> (\w+): array<.+, (\d+)>;/g)) {
    const at = guard(name!, `${count!}u`)
    words.set(name!, { read: (i) => `${name!}[${at(i)}]` })
  }
  text = replaceAccesses(text, words)
  text = withSubgroupIds(text)
  text = withMatrices(text, added)
  text = text.replace(/\bf16\b/g, 'f32')
  const faults = `@group(0) @binding(${faultBinding}) var<storage, read_write> faults: array<atomic<u32>>;`
  return { code: [text, faults, ...added, ''].join('\n'), arrays }
}

/** Storage of f16 in words. */
const halves: Readonly<
  Record<
    string,
    {
      readonly stored: string
      readonly written: string
      readonly perElement?: string
      words(name: string, at: (index: string) => string): ArrayWords
    }
  >
> = {
  // two threads may write the two halves of a word
  f16: {
    stored: 'u32',
    written: 'atomic<u32>',
    perElement: ' * 2u',
    words: (name, at) => ({
      read: (index) => `halfOf(${name}[${at(index)} / 2u], ${index})`,
      write: (index, value) =>
        `let half_${name} = ${at(index)}; atomicAnd(&${name}[half_${name} / 2u], 0xffffu << ((1u - half_${name} % 2u) * 16u)); ` +
        `atomicOr(&${name}[half_${name} / 2u], pack2x16float(vec2(${value}, 0.0)) << (half_${name} % 2u * 16u))`,
    }),
  },
  'vec2<f16>': {
    stored: 'u32',
    written: 'u32',
    words: (name, at) => ({
      read: (index) => `unpack2x16float(${name}[${at(index)}])`,
      write: (index, value) => `${name}[${at(index)}] = pack2x16float(${value})`,
    }),
  },
  'vec4<f16>': {
    stored: 'vec2<u32>',
    written: 'vec2<u32>',
    words: (name, at) => ({
      read: (index) => `halvesOf(${name}[${at(index)}])`,
      write: (index, value) => `${name}[${at(index)}] = halvesFrom(${value})`,
    }),
  },
}

const halfWords = `
fn halfOf(word: u32, index: u32) -> f32 { return unpack2x16float(word)[index % 2u]; }
fn halvesOf(words: vec2<u32>) -> vec4<f32> { return vec4(unpack2x16float(words.x), unpack2x16float(words.y)); }
fn halvesFrom(v: vec4<f32>) -> vec2<u32> { return vec2(pack2x16float(v.xy), pack2x16float(v.zw)); }`

/** Ids of subgroups and lanes from the thread's number. */
function withSubgroupIds(text: string): string {
  const shuffle = /subgroupShuffleXor\([^()]*, (?!(\d+)u\))/.exec(text)
  const masks = [...text.matchAll(/subgroupShuffleXor\([^()]*, (\d+)u\)/g)]
  if (shuffle || masks.some(([, mask]) => Number(mask) >= nativeLanes))
    throw new Error(`pretend: expected shuffles within ${nativeLanes} lanes`)
  const open = text.indexOf('fn main(') + 'fn main'.length
  const end = closing(text, open)
  const parameters = text.slice(open, end)
  const thread = /@builtin\(local_invocation_index\) (\w+): u32/.exec(parameters)?.[1]
  const subgroup = /,?\s*@builtin\(subgroup_id\) (\w+): u32/.exec(parameters)
  if (!/\bsubgroup(_id|_matrix|Matrix)/.test(text)) return text + halfWords
  if (!thread)
    throw new Error('pretend: expected local_invocation_index beside what is of subgroups')
  const body = text.indexOf('{', end) + 1
  return [
    text.slice(0, open),
    parameters.replace(subgroup?.[0] ?? '', ''),
    text.slice(end, body),
    `\n  lane = ${thread} % ${lanes}u;`,
    subgroup ? `\n  let ${subgroup[1]!} = ${thread} / ${lanes}u;` : '',
    text.slice(body),
    '\nvar<private> lane: u32;',
    halfWords,
  ].join('')
}

/**
 * Lane l holds of a result rows 2 (l % 8) and the next, columns 4 (l / 8) and the next three; of the factors, as halves
 * in words, what it needs for those: two lines of 16, and 16 lines of four. Lanes of one native subgroup, which run
 * together without a barrier, so have no whole row among them: a thread that reads one must have waited for others.
 */
const matrices = `
struct LeftOfLane { rows: array<vec4<u32>, 4> }
struct RightOfLane { lines: array<vec2<u32>, 16> }
struct SumOfLane { rows: array<vec4<f32>, 2> }
fn multiplyOfLane(a: ptr<function, LeftOfLane>, b: ptr<function, RightOfLane>, c: ptr<function, SumOfLane>) {
  for (var k = 0u; k < 16u; k++) {
    let line = halvesOf(b.lines[k]);
    for (var r = 0u; r < 2u; r++) {
      c.rows[r] += unpack2x16float(a.rows[r * 2u + k / 8u][k % 8u / 2u])[k % 2u] * line;
    }
  }
}`

/** The same of matrices of bytes, 32 deep, whose sums are whole numbers: two lines of a left one, four columns of a right one. */
const byteMatrices = `
struct LeftOfLane { rows: array<vec4<u32>, 4> }
struct RightOfLane { columns: array<vec4<u32>, 8> }
struct SumOfLane { rows: array<vec4<i32>, 2> }
fn multiplyOfLane(a: ptr<function, LeftOfLane>, b: ptr<function, RightOfLane>, c: ptr<function, SumOfLane>) {
  for (var r = 0u; r < 2u; r++) {
    for (var column = 0u; column < 4u; column++) {
      for (var k = 0u; k < 8u; k++) {
        c.rows[r][column] += dot4I8Packed(a.rows[r * 2u + k / 4u][k % 4u], b.columns[column * 2u + k / 4u][k % 4u]);
      }
    }
  }
}`

/** WGSL that brings the vectors of 16 bytes of a left matrix from the array `name`. */
const leftTransfer = (name: string) => `
fn left_row_major_${name}(m: ptr<function, LeftOfLane>, offset: u32, stride: u32) {
  for (var n = 0u; n < 4u; n++) {
    m.rows[n] = ${name}[at_${name}(offset + (lane % 8u * 2u + n / 2u) * stride + n % 2u)];
  }
}`

/** The same of sums, and back. */
const sumTransfers = (name: string, type: string) => `
fn result_row_major_${name}(m: ptr<function, SumOfLane>, offset: u32, stride: u32) {
  for (var r = 0u; r < 2u; r++) {
    m.rows[r] = bitcast<vec4<${type}>>(${name}[at_${name}(offset + (lane % 8u * 2u + r) * stride + lane / 8u)]);
  }
}
fn store_row_major_${name}(m: ptr<function, SumOfLane>, offset: u32, stride: u32) {
  for (var r = 0u; r < 2u; r++) {
    ${name}[at_${name}(offset + (lane % 8u * 2u + r) * stride + lane / 8u)] = bitcast<vec4<u32>>(m.rows[r]);
  }
}`

const byteTransfers = (name: string) => `${leftTransfer(name)}
fn right_col_major_${name}(m: ptr<function, RightOfLane>, offset: u32, stride: u32) {
  for (var n = 0u; n < 8u; n++) {
    m.columns[n] = ${name}[at_${name}(offset + (lane / 8u * 4u + n / 2u) * stride + n % 2u)];
  }
}${sumTransfers(name, 'i32')}`

const transfers = (name: string) => `${leftTransfer(name)}
fn right_row_major_${name}(m: ptr<function, RightOfLane>, offset: u32, stride: u32) {
  for (var k = 0u; k < 16u; k++) {
    let vector = ${name}[at_${name}(offset + k * stride + lane / 16u)];
    m.lines[k] = select(vector.xy, vector.zw, lane / 8u % 2u == 1u);
  }
}
fn right_col_major_${name}(m: ptr<function, RightOfLane>, offset: u32, stride: u32) {
  for (var n = 0u; n < 8u; n++) {
    let c = n / 2u;
    let vector = ${name}[at_${name}(offset + (lane / 8u * 4u + c) * stride + n % 2u)];
    for (var h = 0u; h < 8u; h++) {
      let k = n % 2u * 8u + h;
      m.lines[k][c / 2u] = insertBits(m.lines[k][c / 2u], vector[h / 2u] >> (h % 2u * 16u), c % 2u * 16u, 16u);
    }
  }
}${sumTransfers(name, 'f32')}`

const kinds: Readonly<Record<string, string>> = {
  'left<f16, 16, 16>': 'LeftOfLane',
  'right<f16, 16, 16>': 'RightOfLane',
  'result<f32, 16, 16>': 'SumOfLane',
  'left<i8, 32, 16>': 'LeftOfLane',
  'right<i8, 16, 32>': 'RightOfLane',
  'result<i32, 16, 16>': 'SumOfLane',
}

/** Matrices as what each lane holds of them. */
function withMatrices(source: string, added: string[]): string {
  if (!/\bsubgroup_matrix/.test(source)) return source
  const ofBytes = source.includes('subgroup_matrix_left<i8')
  const aliases = new Map<string, string>()
  const memories = new Set<string>()
  const transfer = (kind: string, order: string, reference: string) => {
    const memory = reference.replace(/^&/, '')
    if (!new RegExp(`var<workgroup> ${memory}: array<vec4<u32>, \\d+>;`).test(source))
      throw new Error(`pretend: expected ${memory} to be vectors of 16 bytes of workgroup memory`)
    memories.add(memory)
    return `${kind}_${order}_${memory}`
  }
  const loadOf = (call: Call, into: string) => {
    const [alias, order] = call.types as [string, string]
    const [from, offset, stride] = call.values as [string, string, string]
    return `${transfer(aliases.get(alias)!, order, from)}(&${into}, ${offset}, ${stride});`
  }
  /** A factor by its name; one that is loaded on the spot passes through the variable kept for that. */
  const factor = (value: string, type: string): readonly [name: string, load: string] => {
    if (/^\w+$/.test(value)) return [value, '']
    const call = parseCall(value, 0)
    const name = `loaded${type}`
    return [name, `var ${name}: ${type}; ${loadOf(call, name)}`]
  }
  const statement = (declared: string | undefined, name: string, call: Call): string => {
    if (call.name === 'subgroupMatrixLoad')
      return `${declared ? `var ${name}: ${call.types[0]!}; ` : ''}${loadOf(call, name)}`
    const [left, right, sum] = call.values as [string, string, string]
    if (declared || sum !== name)
      throw new Error(`pretend: expected ${name} to be added to, got ${sum}`)
    const [a, loadA] = factor(left, 'LeftOfLane')
    const [b, loadB] = factor(right, 'RightOfLane')
    return `{ ${loadA} ${loadB} multiplyOfLane(&${a}, &${b}, &${name}); }`
  }

  let text = source.replace(
    /alias (\w+) = subgroup_matrix_([^;]+);/g,
    (_, alias: string, kind: string) => {
      const type = kinds[kind]
      if (!type)
        throw new Error(`pretend: expected matrices of 16x16 halves or 16x32 bytes, got ${kind}`)
      aliases.set(alias, kind.slice(0, kind.indexOf('<')))
      return `alias ${alias} = ${type};`
    },
  )
  const calls = /(?:(let|var) )?(\w+) = (?=subgroupMatrix)|(?=subgroupMatrixStore)/g
  let done = ''
  let at = 0
  for (let found = calls.exec(text); found; found = calls.exec(text)) {
    const call = parseCall(text, found.index + found[0].length)
    done += text.slice(at, found.index)
    if (call.name === 'subgroupMatrixStore') {
      const [to, offset, name, stride] = call.values as [string, string, string, string]
      done += `${transfer('store', call.types[0]!, to)}(&${name}, ${offset}, ${stride});`
    } else done += statement(found[1], found[2]!, call)
    at = calls.lastIndex = call.end + 1
  }
  text = done + text.slice(at)
  added.push(
    ofBytes ? byteMatrices : matrices,
    ...[...memories].map(ofBytes ? byteTransfers : transfers),
  )
  return text
}

interface Call {
  readonly name: string
  readonly types: readonly string[]
  readonly values: readonly string[]
  /** Where what follows the call begins. */
  readonly end: number
}

/** Reads `name<types>(values)` at `start`. */
function parseCall(text: string, start: number): Call {
  const head = /^(\w+)(?:<([\w, ]+)>)?\(/.exec(text.slice(start))
  if (!head) throw new Error(`pretend: expected a call at ${text.slice(start, start + 40)}`)
  const open = start + head[0].length - 1
  const end = closing(text, open)
  const values: string[] = []
  let depth = 0
  let value = ''
  for (const sign of text.slice(open + 1, end)) {
    if ('(<['.includes(sign)) depth++
    if (')>]'.includes(sign)) depth--
    if (sign === ',' && depth === 0) {
      values.push(value.trim())
      value = ''
    } else value += sign
  }
  return {
    name: head[1]!,
    types: head[2]?.split(', ') ?? [],
    values: [...values, value.trim()],
    end: end + 1,
  }
}
