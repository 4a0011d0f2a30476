/** How a number is written in a field: `digits` after the point, a true minus sign, its unit behind it. */
export const numberText = (value: number, digits: number, unit = ''): string => {
  const rounded = Number(value.toFixed(digits))
  const text = Math.abs(rounded).toFixed(digits)
  return `${rounded < 0 ? '−' : ''}${text}${unit}`
}

/** The number that a person wrote, with or without unit, comma or point; null where there is none. */
export const readNumber = (text: string): number | null => {
  const [found] = /[-−]?\d*[.,]?\d+/.exec(text.replaceAll(' ', '')) ?? []
  return found === undefined ? null : Number(found.replace('−', '-').replace(',', '.'))
}

/** `value` within its limits and on its grid of `10^-digits`. */
export const clampNumber = (
  value: number,
  { min = -Infinity, max = Infinity, digits }: { min?: number; max?: number; digits: number },
): number => Number(Math.min(max, Math.max(min, value)).toFixed(digits))

/** Shift is fine, Ctrl or Cmd coarse. */
export const stepFactor = (event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }) =>
  event.shiftKey ? 0.1 : event.ctrlKey || event.metaKey ? 10 : 1
