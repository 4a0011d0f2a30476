import { ServerError } from '../errors.ts'

const mostDepth = 32
const mostKeys = 200_000

/** Names by which objects reach their prototypes. No field of ours is called so. */
const reserved = ['__proto__', 'constructor', 'prototype']

/**
 * Refuses what a parser would take at a cost or in silence, before it sees the text: depth without end, a key twice in
 * an object (parsers disagree on which counts), and names of prototypes. Whether it is JSON, `JSON.parse` tells.
 * @throws ServerError `body/invalid`
 */
export function checkJson(text: string): void {
  /** Of each open object its keys so far; undefined for a list. */
  const open: (Set<string> | undefined)[] = []
  let expectsKey = false
  let keys = 0
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]
    if (letter === '"') {
      const end = endOfString(text, i)
      if (expectsKey) addKey(open.at(-1), text.slice(i, end + 1))
      expectsKey = false
      i = end
    } else if (letter === '{' || letter === '[') {
      if (open.length === mostDepth) throw invalid(`at most ${mostDepth} levels`)
      open.push(letter === '{' ? new Set() : undefined)
      expectsKey = letter === '{'
    } else if (letter === '}' || letter === ']') {
      open.pop()
      expectsKey = false
    } else if (letter === ',') expectsKey = open.at(-1) !== undefined
  }

  function addKey(known: Set<string> | undefined, quoted: string) {
    const key = parsed(quoted)
    if (typeof key !== 'string' || !known) return
    if (known.has(key)) throw invalid(`each key once, got '${key.slice(0, 40)}' twice`)
    if (reserved.includes(key)) throw invalid(`no key '${key}'`)
    if (++keys > mostKeys) throw invalid(`at most ${mostKeys} keys`)
    known.add(key)
  }
}

/** Where the string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const invalid = (expected: string) => new ServerError('body/invalid', `body: expected ${expected}`)
