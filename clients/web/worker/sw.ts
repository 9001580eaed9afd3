/**
 * The page without the network. It keeps the files of one build, whole or not at all, and answers
 * with them; what people say lies in IndexedDB and is none of its business: `/api` is never touched.
 * A new build waits beside the old one until the person says so.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;
/** Put in by vite.config.ts: the files of this build, and a name that changes with any of them. */
declare const __BUILD__: { version: string; files: string[] };
const build = __BUILD__;

const PREFIX = "natternet-";
const CURRENT = PREFIX + build.version;
const SHELL = "/";
const FILES = new Set(build.files);
/** A tab that still runs the build before this one may yet ask for its parts. */
const KEPT = 2;

worker.addEventListener("install", (event) => event.waitUntil(keepFiles()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("message", (event) => {
    if (event.data === "take over") void worker.skipWaiting();
});
worker.addEventListener("fetch", (event) => {
    const { method, mode, url } = event.request;
    const { origin, pathname } = new URL(url);
    if (method !== "GET" || origin !== location.origin) return;
    if (mode === "navigate" && pathname === SHELL) event.respondWith(fileOr(SHELL, event.request));
    else if (FILES.has(pathname) || pathname.startsWith("/assets/")) event.respondWith(fileOr(pathname, event.request));
});

async function keepFiles(): Promise<void> {
    const cache = await caches.open(CURRENT);
    // Files with a hash in their names never change; of the others not a copy of an earlier build.
    const requests = [SHELL, ...FILES].map((file) => new Request(file, file.startsWith("/assets/") ? {} : { cache: "reload" }));
    await cache.addAll(requests);
}

async function takeOver(): Promise<void> {
    const builds = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CURRENT);
    const old = builds.slice(0, Math.max(0, builds.length - (KEPT - 1)));
    await Promise.all(old.map((name) => caches.delete(name)));
    await worker.clients.claim();
}

async function fileOr(file: string, request: Request): Promise<Response> {
    const current = await caches.open(CURRENT);
    return (await current.match(file)) ?? (await caches.match(file)) ?? fetch(request);
}
