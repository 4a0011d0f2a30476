/** Reads values of a hub's `config.json` and says which one is not as expected. */
import type { Config } from '../weights/model-files.ts'
import { WeightsError } from '../weights/errors.ts'

/** A whole number above 0. @throws WeightsError `weights/config` */
export function readCount(config: Config, name: string): number {
  const value = config[name]
  return isCount(value) ? value : refuse(config, name, 'a whole number above 0')
}

/** A finite number above 0. @throws WeightsError `weights/config` */
export function readPositive(config: Config, name: string): number {
  const value = config[name]
  return isNumber(value) && value > 0 ? value : refuse(config, name, 'a number above 0')
}

/** Whole numbers above 0, at least one. @throws WeightsError `weights/config` */
export function readCounts(config: Config, name: string): readonly number[] {
  const value = config[name]
  const fits = Array.isArray(value) && value.length > 0 && value.every(isCount)
  return fits ? value : refuse(config, name, 'whole numbers above 0')
}

/** `length` finite numbers. @throws WeightsError `weights/config` */
export function readNumbers(config: Config, name: string, length: number): readonly number[] {
  const value = config[name]
  const fits = Array.isArray(value) && value.length === length && value.every(isNumber)
  return fits ? value : refuse(config, name, `${length} numbers`)
}

/** `length` booleans. @throws WeightsError `weights/config` */
export function readFlags(config: Config, name: string, length: number): readonly boolean[] {
  const value = config[name]
  const fits =
    Array.isArray(value) && value.length === length && value.every((v) => typeof v === 'boolean')
  return fits ? (value as boolean[]) : refuse(config, name, `${length} booleans`)
}

/** Checks a choice of which this code knows one. @throws WeightsError `weights/config` */
export function requireValue(config: Config, name: string, expected: unknown): void {
  if (JSON.stringify(config[name]) !== JSON.stringify(expected)) {
    refuse(config, name, JSON.stringify(expected))
  }
}

const isNumber = (value: unknown): value is number => Number.isFinite(value)

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0

function refuse(config: Config, name: string, expected: string): never {
  const kind = config['_class_name'] ?? config['model_type'] ?? 'model'
  const got = JSON.stringify(config[name])?.slice(0, 80) ?? 'nothing'
  throw new WeightsError(
    'weights/config',
    `config.json of ${String(kind)}: ${name}: expected ${expected}, got ${got}`,
  )
}
