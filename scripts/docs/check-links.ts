/** Looks up every link of a built site: pages, files, places in pages. */
import { readdir, readFile } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'

/**
 * What is broken, in words; a link out of the site is not looked at.
 * @param base the path under which the site will be served, with slashes around it
 */
export async function brokenLinks(folder: string, base: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  const known = new Set(files)
  const texts = new Map<string, string>()
  for (const file of files.filter((name) => name.endsWith('.html')))
    texts.set(file, await readFile(join(folder, file), 'utf8'))
  const places = new Map([...texts].map(([file, text]) => [file, placesOf(text)]))

  const broken: string[] = []
  for (const [file, text] of texts) {
    for (const link of linksOf(text)) {
      const target = targetOf(link, file, base)
      if (target === undefined) continue
      const [path = '', hash = ''] = target
      const found = [path, posix.join(path, 'index.html'), `${path}.html`].find((name) =>
        known.has(name),
      )
      if (found === undefined) broken.push(`${file}: ${link}: there is no ${path}`)
      else if (hash && places.has(found) && !places.get(found)!.has(hash))
        broken.push(`${file}: ${link}: ${found} has no place #${hash}`)
    }
  }
  return broken
}

const linksOf = (html: string): string[] =>
  [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link]) => link!.replaceAll('&amp;', '&'))

const placesOf = (html: string): Set<string> =>
  new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!))

/** The file and the place in it; undefined where it leads elsewhere. */
function targetOf(link: string, file: string, base: string): string[] | undefined {
  if (/^\w[\w+.-]*:|^\/\//.test(link)) return undefined
  const [path = '', hash = ''] = link.split('#')
  const place = decodeURIComponent(hash)
  if (path === '') return [file, place]
  if (!path.startsWith('/')) return [posix.join(posix.dirname(file), path), place]
  return path.startsWith(base) ? [path.slice(base.length) || 'index.html', place] : [path, place]
}
