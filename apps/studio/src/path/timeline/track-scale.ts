/** Pixels at both ends of the track, so that the first and the last key lie whole on it. */
export const INSET = 14

/** Where something is on the track, of so many. */
export const shareOf = (at: number, last: number): string =>
  `calc(${INSET}px + (100% - ${2 * INSET}px) * ${last > 0 ? at / last : 0})`
