// The page on which a store rings up sales. Each sale lies in this phone's memory with a key of its own until the server
// has answered for it; the key makes it count once, however often it is sent. What was refused stays until dismissed.
(() => {
  "use strict";
  const page = document.getElementById("counter");
  if (!page) return;
  const words = JSON.parse(document.getElementById("counter-words").textContent);
  const form = page.querySelector("form");
  const NAME = `jifen.counter.${page.dataset.owner}.`;
  const RETRY = 15 * 1000;
  const PATIENCE = 20 * 1000; // for an answer; then the sale waits, and is sent again with the same key
  const SHOWN = 3; // sales that went through
  const AMOUNT = /^\d{1,8}(\.\d{1,2})?$/;

  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const field = (name) => form.elements[name];
  let sending = "";
  let line = navigator.onLine;
  let notice = "";

  // What waits: one entry of the storage for each sale, so that two tabs never write over each other

  function all() {
    const found = [];
    for (let n = 0; n < localStorage.length; n += 1) {
      const name = localStorage.key(n);
      if (name.startsWith(NAME)) found.push(JSON.parse(localStorage.getItem(name)));
    }
    return found.sort((one, other) => (one.at < other.at ? -1 : 1));
  }
  const write = (sale) => localStorage.setItem(NAME + sale.key, JSON.stringify(sale));
  const forget = (sale) => localStorage.removeItem(NAME + sale.key);

  // Ringing up

  const typed = (name) => field(name).value.trim();
  const amount = () => typed("amount").replace(/[,，\s]/g, "");

  function missing() {
    const found = [];
    if (!typed("card")) found.push("no_card");
    if (!AMOUNT.test(amount()) || !/[1-9]/.test(amount())) found.push("no_amount");
    if (field("by").value === "stored_value" && !typed("code")) found.push("no_code");
    for (const name of ["no_card", "no_amount", "no_code"]) {
      part(name).hidden = !found.includes(name);
      part(name).textContent = words[name];
    }
    return found;
  }

  form.addEventListener("submit", (event) => {
    if (missing().length) return stop(event);
    if (field("by").value === "stored_value" && !line) {
      part("no_code").textContent = words.no_stored;
      part("no_code").hidden = false;
      return stop(event);
    }
    const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
    const sale = { key, card: typed("card"), amount: amount(), by: field("by").value, code: typed("code") };
    sale.at = new Date().toISOString();
    try {
      write(sale);
    } catch {
      notice = words.stuck; // this phone keeps nothing: the form goes by itself
      return show();
    }
    stop(event);
    form.reset();
    choose();
    if (document.activeElement) document.activeElement.blur();
    show();
    send();
    return undefined;
  });

  // The form is not sent by the browser, nor counted as sent by the page's other script.
  function stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  // Sending, one after the other, in one tab at a time

  async function send() {
    if (sending) return;
    const waiting = all().filter((sale) => !sale.reason);
    if (!waiting.length || !navigator.onLine) return;
    sending = waiting[0].key;
    show();
    const work = async () => {
      for (const sale of waiting) {
        sending = sale.key;
        if (localStorage.getItem(NAME + sale.key) && !(await deliver(sale))) return;
      }
    };
    if ("locks" in navigator) await navigator.locks.request(NAME, { ifAvailable: true }, (lock) => (lock ? work() : null));
    else await work();
    sending = "";
    show();
  }

  // Return whether the server has answered for a sale, so that the next one may go.
  async function deliver(sale) {
    let answer;
    try {
      answer = await fetch(page.dataset.address, {
        method: "POST",
        redirect: "manual",
        credentials: "same-origin",
        signal: AbortSignal.timeout(PATIENCE),
        headers: { "content-type": "application/json", "x-csrftoken": token() },
        body: JSON.stringify(sale),
      });
    } catch {
      line = false;
      return false;
    }
    line = true;
    notice = "";
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      notice = words.log_in;
      return false;
    }
    if (answer.status === 429 || answer.status >= 500) return false;
    const said = await answer.json().catch(() => null);
    if (!said) return false;
    if (answer.ok) {
      forget(sale);
      part("float").textContent = said.float;
      part("done").insertAdjacentHTML("afterbegin", said.html);
      while (part("done").children.length > SHOWN) part("done").lastElementChild.remove();
    } else write({ ...sale, reason: said.error });
    show();
    return true;
  }

  // A page out of this phone's memory has an old token; the cookie has the one of now.
  function token() {
    const found = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
    return found ? found.slice("csrftoken=".length) : page.dataset.token;
  }

  // The list of what waits

  function show() {
    part("queue").replaceChildren(...all().map(card));
    const told = notice || (line && navigator.onLine ? "" : words.offline);
    part("line").hidden = !told;
    part("line").querySelector("p").textContent = told;
  }

  function card(sale) {
    const box = document.createElement("div");
    box.className = `notice ${sale.reason ? "bad" : ""}`;
    box.dataset.key = sale.key;
    const text = box.appendChild(document.createElement("p"));
    const what = text.appendChild(document.createElement("b"));
    const at = new Date(sale.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    what.textContent = `${sale.card} · ¥${sale.amount} · ${at}`;
    text.append(document.createElement("br"));
    if (!sale.reason) {
      text.append(words[sale.key === sending && line ? "sending" : "waiting"]);
      return box;
    }
    text.append(`${words.refused}: ${sale.reason} `);
    text.append(button("retry", sale), " ", button("dismiss", sale));
    return box;
  }

  function button(does, sale) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "link";
    made.textContent = words[does];
    made.addEventListener("click", () => {
      if (does === "retry") write({ ...sale, reason: "" });
      else if (window.confirm(words.sure)) forget(sale);
      show();
      send();
    });
    return made;
  }

  // Only stored value asks for a code. What a sale brings is told at once, rounded down as it will be.

  function choose() {
    part("code").hidden = field("by").value !== "stored_value";
    estimate();
  }

  const said = part("estimate").textContent;
  function estimate() {
    const ratio = page.dataset.ratio;
    if (!ratio || !AMOUNT.test(amount())) return (part("estimate").textContent = said);
    const fen = digits(amount(), 2);
    const [, decimals = ""] = ratio.split(".");
    const places = Number(page.dataset.decimals);
    const minor = (fen * digits(ratio, decimals.length) * 10n ** BigInt(places)) / (100n * 10n ** BigInt(decimals.length));
    const text = minor.toString().padStart(places + 1, "0");
    const whole = text.slice(0, text.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
    const shown = places ? `${whole}.${text.slice(text.length - places)}` : whole;
    return (part("estimate").textContent = words.estimate.replace("%s", shown));
  }
  function digits(text, places) {
    const [whole, rest = ""] = text.split(".");
    return BigInt(whole + rest.padEnd(places, "0"));
  }

  form.addEventListener("input", estimate);
  form.addEventListener("change", choose);
  window.addEventListener("online", () => {
    line = true;
    show();
    send();
  });
  window.addEventListener("offline", () => {
    line = false;
    show();
  });
  window.addEventListener("storage", show);
  window.addEventListener("pageshow", () => {
    show();
    send();
  });
  setInterval(send, RETRY);
  choose();

  // The page itself opens without a line, too.
  async function keepThePage() {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register(page.dataset.worker, { scope: page.dataset.scope });
    const ready = await navigator.serviceWorker.ready;
    const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
    const keep = parts.map((one) => one.href || one.src);
    ready.active.postMessage({ keep: [location.href.split(/[?#]/)[0], ...keep] });
  }
  keepThePage().catch(() => {});
})();
