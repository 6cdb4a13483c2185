// Keeps the shell and the help for when there is no network, and nothing else: never an organisation,
// a record or a search. The server writes the list before this script.

interface Shell {
  name: string;
  assets: string[];
  pages: string[];
}

declare const SHELL: Shell;
const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener("install", (event) => {
  const kept = [...SHELL.assets, ...SHELL.pages];
  event.waitUntil(
    caches.open(SHELL.name).then((cache) => cache.addAll(kept)).then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name !== SHELL.name) await caches.delete(name);
    await worker.clients.claim();
  };
  event.waitUntil(drop());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  if (SHELL.assets.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => offline(pathname)));
  }
});

async function offline(pathname: string): Promise<Response> {
  const help = SHELL.pages.includes(pathname) ? await caches.match(pathname) : undefined;
  const page = pathname.startsWith("/en/") ? "/en/offline" : "/offline";
  return help ?? (await caches.match(page)) ?? Response.error();
}
