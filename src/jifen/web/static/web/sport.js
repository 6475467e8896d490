// The page that records a walk or a run. What is recorded lies in this phone's memory until the server has kept it; each
// recording has a nonce, so sending it twice counts once. Where one was stays here: only sums are sent.
(() => {
  "use strict";
  const page = document.getElementById("recorder");
  if (!page) return;
  const sport = window.jifenSport;
  const words = JSON.parse(document.getElementById("sport-words").textContent);
  const owner = page.dataset.owner;
  const names = { state: `jifen.sport.${owner}`, queue: `jifen.sport.queue.${owner}`, routes: `jifen.sport.routes.${owner}` };
  const WEIGHT = "jifen.sport.weight";
  const AWAY_MAX = 60 * 1000; // a page that was gone for longer has paused
  const RETRY = 60 * 1000;
  const ROUTES_KEPT = 10;

  const part = (name) => page.querySelector(`[data-part="${name}"]`);
  const read = (name, otherwise) => JSON.parse(localStorage.getItem(name) || "null") || otherwise;
  const write = (name, value) =>
    value === null ? localStorage.removeItem(name) : localStorage.setItem(name, JSON.stringify(value));

  let state = read(names.state, null); // { nonce, sport, phase, began, ended, moving, since, seen, steps, sensed, path }
  let path = null;
  let counter = null;
  let watch = null;
  let wake = null;
  let sensed = false;
  let fault = ""; // of the receiver, as words name it
  let accuracy = null;
  let sending = false;

  const kilograms = () => Number(localStorage.getItem(WEIGHT)) || sport.KILOGRAMS;

  // The recording

  const moving = (now) => Math.floor((state.moving + (state.phase === "running" ? now - state.since : 0)) / 1000);

  function save() {
    if (!state) return write(names.state, null);
    state.path = path.saved();
    state.steps = counter ? counter.steps + state.before : state.steps;
    state.seen = Date.now();
    write(names.state, state);
  }

  async function start() {
    await askForMotion();
    const now = Date.now();
    const nonce = Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
    const chosen = page.querySelector("input[name=sport]:checked").value;
    state = { nonce, sport: chosen, phase: "running", began: now, moving: 0, since: now, seen: now, steps: 0, before: 0 };
    path = new sport.Path(chosen);
    part("done").replaceChildren();
    begin();
  }

  function pause(at = Date.now()) {
    state.moving += Math.max(0, at - state.since);
    state.phase = "paused";
    rest();
  }

  function resume() {
    state.phase = "running";
    state.since = Date.now();
    begin();
  }

  function finish() {
    if (state.phase === "running") pause();
    state.phase = "review";
    state.ended = Date.now();
    save();
    look();
  }

  function look() {
    part("steps").value = state.steps || (part("steps").readOnly ? 0 : "");
    part("indoors").checked = false;
    part("indoors-line").hidden = path.metres < 1;
    show();
  }

  function discard() {
    state = null;
    save();
    show();
  }

  function keep() {
    const seconds = moving(state.ended);
    const steps = Math.max(0, Math.floor(Number(part("steps").value) || 0));
    const found = {
      nonce: state.nonce,
      sport: state.sport,
      start: new Date(state.began).toISOString(),
      end: new Date(state.ended).toISOString(),
      moving_seconds: seconds,
      steps,
      source: steps === state.steps ? "sensor" : "entered",
      calories: sport.calories(state.sport, kilograms(), seconds),
    };
    if (path.metres >= 1 && !part("indoors").checked) found.distance_m = Math.round(path.metres);
    const routes = Object.entries(read(names.routes, {})).slice(1 - ROUTES_KEPT);
    write(names.routes, Object.fromEntries([...routes, [state.nonce, path.pieces]]));
    write(names.queue, [...read(names.queue, []), found]);
    state = null;
    save();
    show();
    send();
  }

  // Receiver, sensor, screen

  function begin() {
    counter = new sport.StepCounter();
    state.before = state.steps;
    fault = "";
    accuracy = null;
    if ("geolocation" in navigator) {
      const settings = { enableHighAccuracy: true, maximumAge: 0, timeout: 30000 };
      watch = navigator.geolocation.watchPosition(fixed, lost, settings);
    } else fault = "no_receiver";
    window.addEventListener("devicemotion", moved);
    stayAwake();
    save();
    show();
  }

  function rest() {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    watch = null;
    window.removeEventListener("devicemotion", moved);
    path.rest();
    save();
    counter = null;
    if (wake) wake.release().catch(() => {});
    wake = null;
    show();
  }

  function fixed(position) {
    if (!state || state.phase !== "running") return;
    const { latitude: lat, longitude: lon, accuracy: about } = position.coords;
    fault = "";
    accuracy = Math.round(about);
    if (path.add({ lat, lon, accuracy: about, at: Date.now() }) === "moved") save();
    show();
  }

  function lost(error) {
    fault = error.code === error.PERMISSION_DENIED ? "denied" : "no_signal";
    show();
  }

  function moved(event) {
    const force = event.accelerationIncludingGravity;
    if (!force || force.x === null || !counter) return;
    sensed = true;
    counter.feed(force.x, force.y, force.z, Date.now());
  }

  // On iPhones the sensor is asked for, and only in answer to a tap.
  async function askForMotion() {
    const ask = window.DeviceMotionEvent && window.DeviceMotionEvent.requestPermission;
    if (ask) await ask.call(window.DeviceMotionEvent).catch(() => "denied");
  }

  async function stayAwake() {
    if (!("wakeLock" in navigator) || !state || state.phase !== "running") return;
    wake = await navigator.wakeLock.request("screen").catch(() => null);
  }

  // What is waiting to be sent

  async function send() {
    const queue = read(names.queue, []);
    showQueue(queue);
    if (sending || !queue.length || !navigator.onLine) return;
    sending = true;
    const over = await deliver(queue[0]).catch(() => null);
    sending = false;
    if (over) {
      write(names.queue, read(names.queue, []).filter((one) => one.nonce !== queue[0].nonce));
      await send();
    } else showQueue(read(names.queue, []));
  }

  // Return whether the recording is over and done with: kept, or of a kind that will never be kept.
  async function deliver(found) {
    const answer = await fetch(page.dataset.address, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/json", "x-csrftoken": page.dataset.token },
      body: JSON.stringify({ ...found, sent_at: new Date().toISOString() }),
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) return tell(words.log_in, "warn") && false;
    if (answer.status === 429 || answer.status >= 500) return false;
    const said = await answer.json();
    if (!answer.ok) return tell(said.error, "bad");
    part("done").insertAdjacentHTML("beforeend", said.html);
    document.getElementById("sport-hero").innerHTML = said.hero;
    document.getElementById("sport-goals").innerHTML = said.goals;
    const canvas = part("done").lastElementChild.querySelector("canvas");
    if (canvas) drawKept(canvas);
    return true;
  }

  function tell(text, tone) {
    const line = document.createElement("p");
    line.className = `notice ${tone}`;
    line.textContent = text;
    part("done").replaceChildren(line);
    return true;
  }

  function showQueue(queue) {
    part("waiting").hidden = !queue.length;
    part("waiting-count").textContent = words.waiting.replace("%s", queue.length);
    part("waiting-why").textContent = navigator.onLine ? words.sending : words.offline;
  }

  // The page

  function showPhase(phase) {
    page.dataset.phase = phase;
    for (const one of page.querySelectorAll("[data-phases]")) one.hidden = !one.dataset.phases.split(" ").includes(phase);
  }

  function show() {
    const phase = state ? state.phase : "idle";
    showPhase(phase);
    if (!state) return;
    const now = Date.now();
    const seconds = moving(state.ended || now);
    const steps = counter ? state.before + counter.steps : state.steps;
    part("sport").textContent = words[state.sport];
    part("time").textContent = sport.clock(seconds);
    part("distance").textContent = (path.metres / 1000).toFixed(2);
    part("pace").textContent = sport.pace(path.metres, seconds);
    part("speed").textContent = seconds && path.metres >= 20 ? ((path.metres * 3.6) / seconds).toFixed(1) : "–";
    part("counted").textContent = sensed || steps ? steps.toLocaleString("en-US") : "–";
    part("calories").textContent = String(sport.calories(state.sport, kilograms(), seconds));
    part("signal").textContent = signal(now);
    part("signal").className = fault ? "notice warn" : "note";
    sport.drawRoute(part("route"), path.pieces, words, phase === "review");
  }

  function signal(now) {
    if (state.phase !== "running") return words[state.away ? "away" : state.phase].replace("%s", state.away || "");
    const said = [];
    if (fault) said.push(words[fault]);
    else if (accuracy === null) said.push(words.searching);
    else said.push(words[accuracy > sport.ACCURACY_MAX ? "weak" : "good"].replace("%s", accuracy));
    if (!sensed && now - state.since > 5000) said.push(words.no_sensor);
    return said.join(" ");
  }

  function drawKept(canvas) {
    const pieces = read(names.routes, {})[canvas.dataset.route];
    canvas.hidden = !pieces || !pieces.length;
    if (!canvas.hidden) sport.drawRoute(canvas, pieces, words, true);
  }

  // After a reload the recording goes on; after a long absence it has paused where the page was left.
  function comeBack() {
    if (!state) return show();
    path = new sport.Path(state.sport, state.path);
    if (state.phase === "review") return look();
    if (state.phase === "paused") return show();
    if (Date.now() - state.seen <= AWAY_MAX) return begin();
    const left = new Date(state.seen);
    pause(state.seen);
    state.away = left.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    save();
    show();
  }

  const taps = { start, pause: () => pause(), resume: () => { delete state.away; resume(); }, finish, keep, discard, send };
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-does]");
    if (!button) return;
    if (button.dataset.sure && !window.confirm(button.dataset.sure)) return;
    taps[button.dataset.does]();
  });
  part("weight").value = localStorage.getItem(WEIGHT) || "";
  part("weight").addEventListener("input", () => {
    const kilograms = Number(part("weight").value);
    if (kilograms >= 20 && kilograms <= 300) localStorage.setItem(WEIGHT, String(kilograms));
    else localStorage.removeItem(WEIGHT);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") stayAwake();
    else if (state && path) save();
  });
  window.addEventListener("pagehide", () => state && path && save());
  window.addEventListener("online", send);
  window.addEventListener("offline", () => showQueue(read(names.queue, [])));
  setInterval(() => {
    if (!state || state.phase !== "running") return;
    show();
    if (Date.now() - state.seen > 3000) save();
  }, 1000);
  setInterval(send, RETRY);

  // One tab records; another one says so, and goes on when the first is closed.
  const elsewhere = setTimeout(() => showPhase("elsewhere"), 500);
  function alone() {
    clearTimeout(elsewhere);
    comeBack();
    send();
    return new Promise(() => {});
  }
  if ("locks" in navigator) navigator.locks.request(names.state, alone);
  else alone();
})();
