// The photograph: chosen, dropped or pasted.

/** Its bytes are sent as base64, a third larger. */
const kinds = ['image/png', 'image/jpeg', 'image/webp']

/**
 * @param {{ onChange: () => void, onError: (message: string) => void, maxBytes: () => number }} settings
 */
export function createPhotograph({ onChange, onError, maxBytes }) {
  const drop = document.getElementById('drop')
  const input = document.getElementById('photograph')
  const chosen = document.getElementById('chosen')
  const preview = document.getElementById('preview')
  const pick = drop.querySelector('.pick')
  /** @type {string | null} */
  let dataUrl = null

  /** @param {string | null} url @param {string} [name] */
  const show = (url, name = 'photograph') => {
    dataUrl = url
    chosen.hidden = url === null
    pick.hidden = url !== null
    if (url) preview.src = url
    else preview.removeAttribute('src')
    document.getElementById('photograph-name').textContent = name
    input.value = ''
    onChange()
  }

  /** @param {File | null | undefined} file */
  const take = (file) => {
    if (!file) return
    if (!kinds.includes(file.type)) return onError('A photograph is a PNG, JPEG or WebP file.')
    if (file.size * 1.4 > maxBytes()) {
      return onError(
        `The photograph has ${(file.size / 2 ** 20).toFixed(1)} MB, too much for this server. Make it smaller.`,
      )
    }
    const reader = new FileReader()
    reader.onload = () => show(String(reader.result), file.name)
    reader.onerror = () => onError('The photograph cannot be read.')
    reader.readAsDataURL(file)
  }

  input.addEventListener('change', () => take(input.files[0]))
  document.getElementById('remove-photograph').addEventListener('click', () => {
    show(null)
    input.focus()
  })
  for (const type of ['dragenter', 'dragover']) {
    document.addEventListener(type, (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      drop.classList.add('over')
    })
  }
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) drop.classList.remove('over')
  })
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    drop.classList.remove('over')
    take(event.dataTransfer?.files[0])
  })
  document.addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => kinds.includes(type))
    if (file) take(file)
  })

  return {
    show,
    get dataUrl() {
      return dataUrl
    },
  }
}
