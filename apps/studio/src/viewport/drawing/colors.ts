import { Color, LinearSRGBColorSpace } from 'three'

export type Theme = 'light' | 'dark'

/** Colours as they are shown: nothing here is lit, and nothing is converted. */
const raw = (hex: number) => new Color().setHex(hex, LinearSRGBColorSpace)

/** What pictures of a world are drawn on, as the model was trained. */
export const PAPER = raw(0xffffff)

/** The axes of what is taken hold of, alike in both themes: they stand before any picture. */
export const AXES = {
  x: raw(0xff6b76),
  y: raw(0x6fdc8c),
  z: raw(0x6aa8ff),
  held: raw(0xffc46b),
} as const

export interface Colors {
  /** Where there is nothing. */
  readonly empty: Color
  readonly grid: Color
  /** What can be taken hold of, and what is. */
  readonly accent: Color
  readonly key: Color
  /** Around keys and lines, so that they are seen before any picture. */
  readonly edge: Color
  readonly frame: Color
}

export const COLORS: Readonly<Record<Theme, Colors>> = {
  dark: {
    empty: raw(0x101318),
    grid: raw(0x3a4250),
    accent: raw(0xff9f40),
    key: raw(0xffffff),
    edge: raw(0x101318),
    frame: raw(0xc9d1dc),
  },
  light: {
    empty: raw(0xe6e9ee),
    grid: raw(0xb4bcc8),
    accent: raw(0xd96f00),
    key: raw(0xffffff),
    edge: raw(0x1b2027),
    frame: raw(0x4a5462),
  },
}
