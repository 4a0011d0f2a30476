/** A file to show, by its address. */
export interface ViewedFile {
  readonly url: URL
  /** Its last part, whose ending says how it is read; a server's own header may know better. */
  readonly name: string
}

/**
 * The file that a viewer's address names.
 * @param page the viewer's whole address
 * @returns undefined where it names none
 * @throws TypeError on an address that is none, or of a kind that a page does not fetch
 */
export function viewedFile(page: string): ViewedFile | undefined {
  const asked = new URL(page).searchParams.get('url')
  if (!asked) return undefined
  const url = new URL(asked, page)
  if (!['http:', 'https:', 'blob:'].includes(url.protocol)) {
    throw new TypeError(`expected an address of http or https, got ${url.protocol}`)
  }
  const name = decodeURIComponent(url.pathname.split('/').at(-1)!)
  return { url, name: name || 'scene' }
}
