/**
 * Logit of an opacity in 0..1. Clamped so that it stays a usable single-precision number:
 * 20 reads back as exactly 1, -40 as 4e-18.
 */
export function opacityLogit(opacity: number): number {
  return Math.min(20, Math.max(-40, Math.log(opacity / (1 - opacity))))
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** Natural logarithm of a scale; 0 becomes e^-80, which single precision still holds. */
export function logScale(scale: number): number {
  return Math.max(-80, Math.log(scale))
}

/** True for a value that {@link toByte} has to clamp: more than half a step outside 0..255. */
export function isBeyondByte(value: number): boolean {
  return !(value >= -0.5 && value <= 255.5)
}

/** Rounded and clamped to 0..255. */
export function toByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)))
}
