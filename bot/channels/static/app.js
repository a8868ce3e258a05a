// The page: what is written goes out one by one and is tried again until it has arrived; what is said comes in by the
// feed, and is asked for again from where it broke off.

import { Conversation, copyButton } from "./view.js";
import { WORDS } from "./words.js";

const SLOW_MS = 1500; // shorter breaks are not worth a word
const TYPING_MS = 15_000;
const HIDDEN_MS = 30_000; // a page out of sight gives its connection back: a browser has six for all its tabs
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15_000];
const QUEUE = "buhuang.queue";
const DRAFT = "buhuang.draft";

const $ = (id) => document.getElementById(id);
const touch = matchMedia("(pointer: coarse)");
const view = new Conversation(
  { scroller: $("scroll"), log: $("log"), typing: $("typing"), below: $("below") },
  { press: enqueue, code: recoveryCode },
);

let who = ""; // tells this visitor from another; changes with the cookie
let most = 100_000;

// --- coming in

let source = null;
let lastId = 0;
let ready = false;
let failures = 0;
let retryTimer = 0;
let slowTimer = 0;
let hiddenTimer = 0;

async function connect() {
  clearTimeout(retryTimer);
  source?.close();
  source = null;
  try {
    await visit();
  } catch {
    return lost();
  }
  source?.close();
  source = new EventSource(`/api/feed?who=${who}&after=${lastId}`);
  source.addEventListener("hello", ({ data }) => {
    if (JSON.parse(data).who !== who) return connect();
    failures = 0;
    found();
  });
  source.addEventListener("reset", () => startAnew());
  source.addEventListener("ready", () => {
    ready = true;
    resume();
    $("log").setAttribute("aria-busy", "false");
    showWelcome();
  });
  source.addEventListener("damaged", () => {
    source.close();
    notify(WORDS.damaged);
  });
  source.addEventListener("message", ({ data, lastEventId }) => receive(Number(lastEventId), JSON.parse(data)));
  source.addEventListener("error", () => lost());
}

async function visit() {
  const answer = await post("/api/visit", {});
  if (!answer.ok) throw new Error(answer.status);
  if (who && who !== answer.body.who) startAnew();
  who = answer.body.who;
  most = answer.body.most;
}

function receive(id, part) {
  if (id <= lastId) return;
  lastId = id;
  view.show(id, part, ready);
  if (!part.own) stopTyping();
  showWelcome();
}

function startAnew() {
  lastId = 0;
  view.clear();
  if (ready) resume();
  showWelcome();
}

// The browser connects again by itself after a break; after a refusal it leaves that to us.
function lost() {
  slowTimer ||= setTimeout(() => notify(WORDS.reconnecting), SLOW_MS);
  if (source && source.readyState !== EventSource.CLOSED) return;
  clearTimeout(retryTimer);
  retryTimer = setTimeout(connect, backoff(failures++));
}

function found() {
  clearTimeout(slowTimer);
  slowTimer = 0;
  if ($("notice").textContent === WORDS.reconnecting) notify("");
  pump();
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiddenTimer);
  if (document.visibilityState === "visible") {
    if (!source || source.readyState === EventSource.CLOSED) connect();
  } else {
    hiddenTimer = setTimeout(() => source?.close(), HIDDEN_MS);
  }
});
addEventListener("online", () => connect());
addEventListener("offline", () => lost());

// --- going out

let queue = stored(QUEUE, []);
let pumping = false;
let wake = () => {};
let typingTimer = 0;

function enqueue(said) {
  const item = { id: freshId(), ...said };
  queue.push(item);
  store(QUEUE, queue);
  notify("");
  view.sendOff(item);
  startTyping();
  showWelcome();
  pump();
}

function resume() {
  for (const item of queue) view.sendOff(item);
  pump();
}

async function pump() {
  wake();
  if (pumping) return;
  pumping = true;
  for (let tries = 0; queue.length; ) {
    const [item] = queue;
    const slow = setTimeout(() => view.setState(item.id, "sending"), SLOW_MS);
    const answer = await post("/api/send", item).catch(() => null);
    clearTimeout(slow);
    if (answer?.status === 401 && tries < 3) {
      tries += 1;
      await visit().catch(() => {});
      continue;
    }
    if (answer && isFinal(answer.status)) {
      tries = 0;
      settle(item, answer);
      continue;
    }
    view.setState(item.id, "waiting");
    await pause(answer?.retryAfterMs ?? backoff(tries++));
  }
  pumping = false;
}

// Whether trying again would change nothing.
function isFinal(status) {
  return status < 500 && status !== 408 && status !== 425 && status !== 429;
}

function settle(item, answer) {
  queue = queue.filter(({ id }) => id !== item.id);
  store(QUEUE, queue);
  view.setState(item.id, "");
  if (answer.status === 202) {
    if (answer.body.who !== who) connect();
    return;
  }
  view.takeBack(item.id);
  stopTyping();
  if (item.text && !$("text").value) write(item.text);
  const words = { 401: WORDS.noCookie, 409: WORDS.damaged, 413: answer.body.message || WORDS.tooLong };
  notify(words[answer.status] ?? WORDS.notSent);
  showWelcome();
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    cache: "no-store",
  });
  const retryAfter = Number(response.headers.get("Retry-After"));
  return {
    ok: response.ok,
    status: response.status,
    body: await response.json().catch(() => ({})),
    retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : undefined,
  };
}

function pause(ms) {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    wake = () => {
      clearTimeout(timer);
      done();
    };
  });
}

function backoff(tries) {
  return BACKOFF_MS[Math.min(tries, BACKOFF_MS.length - 1)];
}

function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- what is shown around the conversation

function showWelcome() {
  $("welcome").hidden = !ready || !view.isEmpty;
}

function startTyping() {
  clearTimeout(typingTimer);
  view.setTyping(true);
  typingTimer = setTimeout(stopTyping, TYPING_MS);
}

function stopTyping() {
  clearTimeout(typingTimer);
  view.setTyping(false);
}

function notify(text) {
  if ($("notice").textContent !== text) $("notice").textContent = text;
}

// What is not sent yet outlives a reload, but not the tab: others may use this device.
function store(key, value) {
  try {
    if (value.length) sessionStorage.setItem(key, JSON.stringify(value));
    else sessionStorage.removeItem(key);
  } catch {
    // Private windows may keep nothing; then a reload loses what is unsent.
  }
}

function stored(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

// --- composer

const text = $("text");

function write(words) {
  text.value = words;
  typed();
}

function typed() {
  $("send").disabled = !text.value.trim();
  if (!CSS.supports("field-sizing", "content")) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }
  store(DRAFT, text.value);
}

function submit() {
  const words = text.value;
  if (!words.trim()) return;
  if (words.length > most) return notify(WORDS.tooLong);
  write("");
  enqueue({ text: words });
  if (touch.matches) text.blur(); // the keyboard would cover the answer
  else text.focus();
}

text.addEventListener("input", typed);
text.addEventListener("keydown", (event) => {
  // 229: some input methods still say so while composing.
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || composing || touch.matches) return;
  event.preventDefault();
  submit();
});
$("send").addEventListener("click", submit);
$("example").addEventListener("click", () => {
  enqueue({ text: $("example-text").textContent });
  if (!touch.matches) text.focus({ preventScroll: true });
});

// The keyboard of a phone takes room that 100dvh does not know of.
visualViewport?.addEventListener("resize", () => {
  if (visualViewport.scale === 1) {
    document.documentElement.style.setProperty("--height", `${visualViewport.height}px`);
  }
});

// --- menu

const menu = $("menu");

function openPane(name) {
  for (const pane of menu.querySelectorAll(".pane")) {
    pane.hidden = pane.dataset.pane !== name;
    if (!pane.hidden) $("menu-head").textContent = pane.dataset.title;
  }
  $("menu-back").hidden = name === "menu";
  $("menu-head").focus();
  if (name === "code") showCode();
  if (name === "recover") $("code-input").focus();
}

async function showCode() {
  $("code").textContent = "…";
  const known = await recoveryCode();
  $("code").textContent = known?.code ?? WORDS.noCode;
  $("visitor").textContent = known?.id ?? "";
  $("code-copy").hidden = !known;
}

async function recoveryCode() {
  const answer = await post("/api/code", {}).catch(() => null);
  return answer?.ok ? answer.body : null;
}

async function useCode() {
  const answer = await post("/api/recover", { code: $("code-input").value }).catch(() => null);
  if (answer?.ok) return leave();
  $("code-wrong").textContent = answer?.status === 400 ? WORDS.wrongCode : WORDS.notSent;
}

// Begin as somebody else: nothing of this visitor stays in the page.
function leave() {
  for (const key of [QUEUE, DRAFT]) store(key, "");
  queue = [];
  text.value = "";
  location.reload();
}

$("menu-button").addEventListener("click", () => {
  menu.showModal();
  openPane("menu");
});
$("menu-close").addEventListener("click", () => menu.close());
$("menu-back").addEventListener("click", () => openPane("menu"));
menu.addEventListener("click", (event) => {
  const item = event.target.closest("button.item");
  if (event.target === menu) menu.close();
  else if (item?.dataset.goes) openPane(item.dataset.goes);
  else if (item?.dataset.says) {
    menu.close();
    enqueue({ text: item.dataset.says });
  }
});
menu.addEventListener("close", () => {
  $("code").textContent = $("code-input").value = $("code-wrong").textContent = "";
});
$("code-copy").replaceWith(
  Object.assign(
    copyButton("primary", $("code-copy").textContent, () => $("code").textContent),
    { id: "code-copy" },
  ),
);
$("code-use").addEventListener("click", useCode);
$("forget").addEventListener("click", async () => {
  const answer = await post("/api/forget", {}).catch(() => null);
  if (answer?.ok) leave();
  else notify(WORDS.reconnecting);
});

// --- begin

write(stored(DRAFT, ""));
if (document.visibilityState === "visible") connect();
if (!touch.matches) text.focus();
