import type { Tensor } from '../tensor.ts'

/**
 * How a kernel reads an argument. A pointer is an address, or the tensor whose elements start there; one with `?` may be
 * missing, which the kernel reads as 0.
 */
export type NumberKind = 'i32' | 'f32' | 'f64'
export type PointerKind = 'pointer' | 'pointer?'

/** So many numbers of one kind, which the kernel reads by their index. */
export interface Numbers {
  readonly each: NumberKind
  readonly count: number
}

/** Arguments that several kernels have in common, which they hand on as one. */
export interface Struct<F extends Fields = Fields> {
  readonly struct: string
  readonly fields: F
}

export type Field = NumberKind | PointerKind | Numbers | Struct

export interface Fields {
  readonly [name: string]: Field
}

/** What a caller gives for each field. */
export type Values<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> }

type ValueOf<F extends Field> = F extends NumberKind
  ? number
  : F extends 'pointer'
    ? Tensor | number
    : F extends 'pointer?'
      ? Tensor | number | undefined
      : F extends Numbers
        ? readonly number[]
        : F extends Struct<infer Inner>
          ? Values<Inner>
          : never

/**
 * What is said once about a kernel: its arguments, from which the build makes the class that the kernel reads them
 * through, and the memory of its own that each thread gets, part by part.
 */
export interface WasmKernel<F extends Fields = Fields> {
  readonly name: string
  readonly args: F
  /** Bytes of each part, given the arguments and the columns of a product's tile. */
  readonly scratch: Readonly<Record<string, (args: Values<F>, tileColumns: number) => number>>
}

export function wasmKernel<const F extends Fields>(
  name: string,
  args: F,
  scratch: WasmKernel<NoInfer<F>>['scratch'] = {},
): WasmKernel<F> {
  return { name, args, scratch }
}

export const struct = <const F extends Fields>(name: string, fields: F): Struct<F> => ({
  struct: name,
  fields,
})

export const numbers = (each: NumberKind, count: number): Numbers => ({ each, count })

/** Whole numbers that both sides know by name. */
export interface WasmConstants {
  readonly [name: string]: number
}

/** How many slots of eight bytes a field takes. */
export function slotsOf(field: Field): number {
  if (typeof field === 'string') return 1
  if ('each' in field) return field.count
  return Object.values(field.fields).reduce((sum, inner) => sum + slotsOf(inner), 0)
}

/** Arguments in the order of their slots. @throws RangeError when one is not what its kind can say */
export function flatten<F extends Fields>(
  fields: F,
  values: Values<F>,
  addressOf: (x: Tensor) => number,
): number[] {
  const slots: number[] = []
  append(slots, fields, values, addressOf)
  return slots
}

function append(
  slots: number[],
  fields: Fields,
  values: Values<Fields>,
  addressOf: (x: Tensor) => number,
): void {
  for (const name in fields) {
    const [field, value] = [fields[name]!, values[name] as unknown]
    if (typeof field === 'string') {
      const isTensor = typeof value === 'object' && value !== null
      slots.push(checked(name, field, isTensor ? addressOf(value as Tensor) : value))
    } else if ('struct' in field) {
      append(slots, field.fields, value as Values<Fields>, addressOf)
    } else {
      const list = value as readonly number[]
      if (list.length !== field.count)
        throw new RangeError(`${name}: expected ${field.count} numbers, got ${list.length}`)
      for (const one of list) slots.push(checked(name, field.each, one))
    }
  }
}

function checked(name: string, kind: NumberKind | PointerKind, value: unknown): number {
  if (kind === 'pointer?' && value === undefined) return 0
  const isWhole = kind !== 'f32' && kind !== 'f64'
  if (typeof value !== 'number' || (isWhole && !Number.isInteger(value)))
    throw new RangeError(`${name}: expected a ${kind}, got ${String(value)}`)
  if (kind === 'pointer' && value <= 0)
    throw new RangeError(`${name}: expected a pointer, got ${value}`)
  return value
}
