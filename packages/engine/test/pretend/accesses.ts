/** Finds what closes the bracket at `open`. @throws Error when nothing does */
export function closing(text: string, open: number): number {
  const pairs: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' }
  const [opener, closer] = [text[open]!, pairs[text[open]!]!]
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === opener) depth++
    else if (text[at] === closer && --depth === 0) return at
  }
  throw new Error(`pretend: no ${closer} for the ${opener} at ${text.slice(open, open + 40)}`)
}

/** How an element of an array is reached in other words. */
export interface ArrayWords {
  read(index: string): string
  /** What replaces `name[index] = value`; left out where `name[read index] = value` will do. */
  write?(index: string, value: string): string
}

/** Replaces every `name[…]` of the arrays named, those within an index included. */
export function replaceAccesses(text: string, arrays: ReadonlyMap<string, ArrayWords>): string {
  const names = new RegExp(`(?<![\\w.])(${[...arrays.keys()].join('|')})\\[`, 'g')
  let done = ''
  let at = 0
  for (let found = names.exec(text); found; found = names.exec(text)) {
    const open = found.index + found[0].length - 1
    const end = closing(text, open)
    const words = arrays.get(found[1]!)!
    const index = `u32(${replaceAccesses(text.slice(open + 1, end), arrays)})`
    done += text.slice(at, found.index)
    at = end + 1
    const assignment = /^\s*=(?!=)\s*/.exec(text.slice(at))
    if (words.write && assignment) {
      const start = at + assignment[0].length
      at = text.indexOf(';', start)
      done += words.write(index, replaceAccesses(text.slice(start, at), arrays))
    } else done += words.read(index)
    names.lastIndex = at
  }
  return done + text.slice(at)
}
