// Keeps the lobby, so that the page opens when the server is gone, and says so. It keeps nothing else, and while
// the server is there it changes nothing.
//
// crates/server/build.rs fills in what to keep: what index.html loads, all of it named by its content. A newer
// worker waits until the last page is closed under which this one works, as workers do that are not told otherwise:
// so nothing changes under a call.
const SHELL = 'ojak-%VERSION%';
const FILES = ['%FILES%'];
// Addresses of rooms, as crates/server/src/page.rs has them; the rest are the server's own.
const PAGE = /^\/(?!(livez|readyz|metrics|ws|certificate)$)[^/.]*$/;

addEventListener('install', (event) => event.waitUntil(install()));
addEventListener('activate', (event) => event.waitUntil(activate()));
addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    if (PAGE.test(pathname)) event.respondWith(served(async () => (await event.preloadResponse) || fetch(request), '/'));
  } else if (FILES.includes(pathname)) {
    event.respondWith(served(() => fetch(request), pathname));
  }
});

async function install() {
  const answer = await fetch('/');
  const html = await answer.text();
  // A server that was replaced just now has another worker for its page.
  if (!FILES.every((file) => html.includes(file))) throw new TypeError('not the page of this worker');
  const shell = await caches.open(SHELL);
  // The page has loaded them a moment ago: they come out of the browser's own cache.
  await shell.addAll(FILES);
  // Only ever shown when the server is gone.
  const { headers } = answer;
  await shell.put('/', new Response(html.replace('<html', '<html data-without-server'), { headers }));
}

async function activate() {
  // So that nobody waits for this worker to start before the page is asked for.
  await registration.navigationPreload?.enable();
  const names = (await caches.keys()).filter((name) => name.startsWith('ojak-') && name !== SHELL);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** What `ask` answers; what is kept under `path` where the server, or the proxy before it, does not. */
async function served(ask, path) {
  const answer = await ask().catch(() => Response.error());
  const isThere = answer.type !== 'error' && answer.status < 500;
  return isThere ? answer : (await (await caches.open(SHELL)).match(path)) || answer;
}
