// Adds to pages and their threads the two headers that isolate them from other sites' pages; all else goes by itself.
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))

addEventListener('fetch', (event) => {
  const { request } = event
  if (request.mode !== 'navigate' && request.destination !== 'worker') return
  event.respondWith(isolated(request))
})

async function isolated(request) {
  const answer = await fetch(request)
  // a redirection, and what another site hides, is passed on as it is
  if (answer.type === 'opaqueredirect' || answer.type === 'opaque') return answer
  const headers = new Headers(answer.headers)
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-embedder-policy', 'require-corp')
  headers.set('cross-origin-resource-policy', 'same-origin')
  const { status, statusText } = answer
  return new Response(status === 304 || status === 204 ? null : answer.body, {
    status,
    statusText,
    headers,
  })
}
