// Keeps what the page has fetched, so that it opens without a network: files with a hash in their names from here at once, all others from the network first.
const KEPT = 'tfjs-mvl';
const lasting = (url) => /\/assets\//.test(url.pathname);

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  const fetched = async () => {
    const response = await fetch(event.request);
    if (response.ok) {
      const copy = response.clone();
      // Megabytes of WebAssembly take a moment: the worker has to stay for it.
      event.waitUntil(caches.open(KEPT).then((cache) => cache.put(event.request, copy)));
    }
    return response;
  };
  const answer = async () => {
    // Threads ask in another mode than pages do, which servers may say that answers vary by.
    const kept = await caches.match(event.request, { ignoreVary: true });
    if (kept && lasting(url)) return kept;
    return fetched().catch((error) => {
      if (kept) return kept;
      throw error;
    });
  };
  event.respondWith(answer());
});
