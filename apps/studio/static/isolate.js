// Threads may share memory only in a page whose host sends two headers. Where it sends none, a service worker adds them to
// what it passes on, and the page is loaded once more, by it. Once in a tab's life: never in a circle.
{
  const key = 'flashworld.isolated'
  const isTried = () => {
    try {
      const was = sessionStorage.getItem(key) !== null
      sessionStorage.setItem(key, 'tried')
      return was
    } catch {
      // who cannot remember does not try
      return true
    }
  }
  const canBe = isSecureContext && self === top && 'serviceWorker' in navigator
  if (!crossOriginIsolated && canBe && !isTried()) {
    // what the page has taken out of its address by then is in it again
    const { href } = location
    navigator.serviceWorker
      .register('./isolation-worker.js')
      .then(() => navigator.serviceWorker.ready)
      .then(
        () => {
          history.replaceState(null, '', href)
          location.reload()
        },
        () => {
          // one thread, then
        },
      )
  }
}
