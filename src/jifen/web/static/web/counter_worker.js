// Opens the page on which a store rings up sales without a line, as it was seen last. Everything else goes to the server.
// Its place in the addresses, /PROGRAMME/counter/, is its reach. Sales themselves wait in the page's own memory.
"use strict";
const KEPT = "jifen-counter";
const PATIENCE = 5 * 1000; // for a page while there is one to fall back on
const SALE = /^(\/[^/]+\/counter\/[^/]+)\/sale$/;
const OF_A_STORE = /^(\/[^/]+\/counter\/[^/]+)(\/|$)/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  event.waitUntil(keep(event.data.keep || []));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(open(request, address.pathname));
  else if (["script", "style", "image"].includes(request.destination)) event.respondWith(part(request));
});

async function keep(addresses) {
  const store = await caches.open(KEPT);
  await Promise.all(
    addresses.map(async (address) => {
      const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
      if (answer.ok) await store.put(address, answer);
    }),
  );
}

// The page itself: from the server where it answers; whoever is logged out there finds no page of before either.
async function open(request, path) {
  const store = await caches.open(KEPT);
  const sale = `${(OF_A_STORE.exec(path) || [])[1]}/sale`;
  const kept = await store.match(sale);
  try {
    const answer = await (kept ? within(fetch(request)) : fetch(request));
    if (SALE.test(path)) {
      if (answer.ok) await store.put(path, answer.clone());
      else if (answer.status < 500) await store.delete(path);
    }
    return answer;
  } catch (error) {
    if (!kept) throw error;
    return SALE.test(path) ? kept : Response.redirect(sale);
  }
}

async function part(request) {
  try {
    return await within(fetch(request));
  } catch (error) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (!kept) throw error;
    return kept;
  }
}

function within(answer) {
  return Promise.race([
    answer,
    new Promise((_, fail) => {
      setTimeout(() => fail(new Error("no answer")), PATIENCE);
    }),
  ]);
}
