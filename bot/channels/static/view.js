// The conversation as elements. Every text goes in by textContent; nothing is ever parsed as markup.

import { WORDS } from "./words.js";

const QUIET_MS = 10 * 60 * 1000; // after so long a pause the time is shown
const MARGIN = 10; // above the beginning of an answer
const BLANKS = /(_{2,})/;
const LONG = 700; // the visitor's own words are folded beyond
const HOTLINES =
  /(?<![\d.第-])(?:110|119|120|12309|12315|12338|12345|12348|12355|12356|12363|12368|12378|12381|96110)(?![\d.条元天日年%-])/g;
const touch = matchMedia("(pointer: coarse)");

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = element("textarea", "hidden");
    box.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(box);
    box.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch {
      // An old browser that cannot copy: the caller says so.
    }
    box.remove();
    return done;
  }
}

export function copyButton(className, label, read) {
  const button = element("button", className, label);
  button.type = "button";
  let back = 0;
  button.addEventListener("click", async () => {
    const done = await copy(read());
    button.focus();
    button.textContent = done ? WORDS.copied : WORDS.copyByHand;
    announce(button.textContent);
    clearTimeout(back);
    back = setTimeout(() => (button.textContent = label), 2500);
  });
  return button;
}

// Said to a screen reader only.
export function announce(text) {
  const said = document.getElementById("said") ?? element("p", "hidden");
  said.id = "said";
  said.setAttribute("role", "status");
  if (!said.isConnected) document.body.append(said);
  said.textContent = text;
}

export class Conversation {
  // `press` is called with {press, label, message} when a button is pressed; `code` promises {code} or null.
  constructor({ scroller, log, typing, below }, { press, code }) {
    Object.assign(this, { scroller, log, typing, below, press, code });
    this.follows = true;
    this.clear();
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#settle()).observe(scroller);
    below.addEventListener("click", () => this.toEnd());
  }

  // Whether the visitor has said nothing yet, or nothing of it is left.
  get isEmpty() {
    return !this.log.querySelector("article.own");
  }

  clear() {
    this.log.replaceChildren();
    this.articles = new Map(); // by the id of the message
    this.owns = new Map(); // what the visitor sent, by his own id
    this.read = new WeakMap(); // the words that each article has shown
    this.lastTime = 0;
    this.start = null; // where the newest answer begins: reading starts there
    this.pressed = null; // a button whose answer has not come yet
    this.follows = true;
    this.#showBelow();
  }

  // A part of the feed, in its order; `live` if it comes now rather than again.
  show(id, part, live) {
    if (part.own && part.press) this.#pressed(part);
    else if (part.own) this.#own(part);
    else this.#reply(String(id), part, live);
    this.#settle();
  }

  // What was just sent, before it comes back with the feed.
  sendOff(item) {
    this.follows = !item.press; // what was tapped stays where it is until the answer comes
    this.start = null;
    if (item.press) {
      this.#mark(item);
    } else if (!this.owns.has(item.id)) {
      const article = this.#ownArticle(item.text);
      article.dataset.unsent = "";
      this.owns.set(item.id, article);
      this.log.append(article);
    }
    this.#settle();
  }

  // `state` is "", "sending" or "waiting".
  setState(id, state) {
    const article = this.owns.get(id);
    if (!article) return;
    article.querySelector(".state")?.remove();
    if (state) article.append(element("p", "state", WORDS[state]));
    this.#settle();
  }

  takeBack(id) {
    this.owns.get(id)?.remove();
    this.owns.delete(id);
  }

  setTyping(on) {
    this.typing.hidden = !on;
    this.#settle();
  }

  toEnd() {
    this.follows = true;
    this.start = null;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#showBelow();
  }

  // --- articles

  #own(part) {
    this.pressed = null;
    this.start = null;
    const article = this.owns.get(part.id) ?? this.#ownArticle(part.text);
    article.querySelector(".state")?.remove();
    delete article.dataset.unsent;
    this.owns.set(part.id, article);
    this.#time(part.at);
    this.#append(article);
  }

  #ownArticle(text) {
    const article = element("article", "own");
    const bubble = element("div", "bubble");
    bubble.append(element("span", "hidden", WORDS.own), element("p", "", text));
    article.append(bubble);
    if (text.length > LONG) article.append(unfolding(bubble));
    return article;
  }

  #reply(id, part, live) {
    const known = part.action === "edit" ? this.articles.get(part.message) : undefined;
    const article = known ?? element("article", "bot");
    article.dataset.message ??= id;
    this.articles.set(id, article);
    const hadFocus = article.contains(document.activeElement);
    const before = article.querySelector(".choices")?.getBoundingClientRect().top;
    article.replaceChildren(...this.#content(id, article.dataset.message, part, live));
    if (known) {
      if (hadFocus) article.querySelector("button")?.focus({ preventScroll: true });
      announce(article.textContent);
    } else {
      this.#time(part.at);
      this.#echo();
      this.#append(article);
    }
    const read = this.#wasRead(article);
    if (known && read && live) this.#holdChoices(article, before);
    else if (!known || !read) this.start ??= article;
    if (this.pressed && live && !(known && read)) this.follows = true;
    this.pressed = null;
  }

  // Whether these very words stood in the article before; then its buttons matter more than its beginning.
  #wasRead(article) {
    const words = Array.from(article.querySelectorAll(".bubble"), (bubble) => bubble.textContent).join("");
    const shown = this.read.get(article) ?? new Set();
    const read = shown.has(words);
    this.read.set(article, shown.add(words));
    return read;
  }

  // The row of buttons stays under the finger, and all of it in view.
  #holdChoices(article, before) {
    const choices = article.querySelector(".choices");
    this.follows = false;
    if (!choices || before === undefined) return;
    this.scroller.scrollTop += choices.getBoundingClientRect().top - before;
    choices.scrollIntoView({ block: "nearest" });
  }

  #content(id, message, part, live) {
    const made = [element("span", "hidden", WORDS.bot)];
    let bubble = null;
    for (const { style, text } of part.blocks ?? []) {
      if (style === "script") {
        made.push(scriptCard(text));
        bubble = null;
        continue;
      }
      if (!bubble) made.push((bubble = element("div", "bubble")));
      bubble.append(block(style, text));
    }
    for (const [place, { name }] of (part.files ?? []).entries()) made.push(fileLink(`/api/file/${id}/${place}`, name));
    if (part.code) made.push(this.#codeCard(live));
    const rows = (part.buttons ?? []).map((row) => this.#row(message, row));
    if (rows.length) {
      const choices = element("div", "choices");
      choices.setAttribute("role", "group");
      choices.setAttribute("aria-label", WORDS.choices);
      choices.append(...rows);
      made.push(choices);
    }
    return made;
  }

  // Shown open when something is kept for the first time; later others may be looking.
  #codeCard(open) {
    const card = element("section", "keep");
    const reveal = element("button", "copy", WORDS.showCode);
    reveal.type = "button";
    const show = async () => {
      const known = await this.code();
      const code = element("p", "code", known?.code ?? WORDS.noCode);
      code.translate = false;
      reveal.replaceWith(code, ...(known ? [copyButton("copy", WORDS.copyCode, () => known.code)] : []));
      this.#settle();
    };
    reveal.addEventListener("click", show);
    card.append(element("h3", "", WORDS.keptHead), element("p", "", WORDS.kept), reveal);
    if (open) show();
    return card;
  }

  #row(message, buttons) {
    const row = element("div", "row");
    for (const { id, label } of buttons) {
      const chip = element("button", "chip", label);
      chip.type = "button";
      chip.dataset.press = id;
      chip.addEventListener("click", () => this.press({ press: id, label, message }));
      row.append(chip);
    }
    return row;
  }

  // --- buttons pressed

  #pressed(part) {
    this.start = null;
    this.pressed = part;
    this.#mark(part);
  }

  #mark({ message, press }) {
    for (const chip of this.articles.get(message)?.querySelectorAll(".chip") ?? []) {
      chip.toggleAttribute("data-pressed", chip.dataset.press === press);
    }
  }

  // A new answer to a button says which one; an edit in place needs no such line.
  #echo() {
    if (!this.pressed?.label) return;
    const echo = this.#ownArticle(this.pressed.label);
    echo.classList.add("echo");
    this.#append(echo);
  }

  // --- place and time

  #append(node) {
    this.log.insertBefore(node, this.log.querySelector("[data-unsent]"));
  }

  #time(at) {
    const moment = new Date(at ?? Number.NaN);
    if (Number.isNaN(moment.getTime())) return;
    if (moment - this.lastTime > QUIET_MS) this.#append(element("p", "time", clockTime(moment)));
    this.lastTime = moment;
  }

  #scrolled() {
    if (this.scroller.scrollTop < this.target - 2 || this.#isAtEnd()) this.follows = this.#isAtEnd();
    this.#showBelow();
  }

  // Stay at the end, but never scroll past the beginning of an answer that has not been read.
  #settle() {
    if (this.follows) {
      const end = this.scroller.scrollHeight - this.scroller.clientHeight;
      const top = this.start?.isConnected ? this.start.offsetTop - this.scroller.offsetTop - MARGIN : end;
      this.target = Math.max(0, Math.min(end, top));
      this.scroller.scrollTop = this.target;
    }
    this.#showBelow();
  }

  #isAtEnd() {
    return this.scroller.scrollHeight - this.scroller.clientHeight - this.scroller.scrollTop < 4;
  }

  #showBelow() {
    this.below.hidden = this.scroller.scrollHeight - this.scroller.clientHeight - this.scroller.scrollTop < 48;
  }
}

function block(style, text) {
  if (style === "title") return element("h2", "title", text);
  const made = element(style === "quote" ? "blockquote" : "p", style === "note" ? "note" : "");
  if (style === "quote" || !touch.matches) made.textContent = text;
  else made.append(...withHotlines(text));
  return made;
}

// On a phone the public hotlines can be tapped; a number out of somebody's message is never one of them.
function withHotlines(text) {
  const made = [];
  let from = 0;
  for (const { 0: number, index } of text.matchAll(HOTLINES)) {
    const link = element("a", "", number);
    link.href = `tel:${number}`;
    made.push(text.slice(from, index), link);
    from = index + number.length;
  }
  return [...made, text.slice(from)];
}

function scriptCard(text) {
  const card = element("section", "script");
  const words = element("p");
  for (const piece of text.split(BLANKS)) words.append(BLANKS.test(piece) ? element("mark", "", piece) : piece);
  card.append(element("h3", "", WORDS.script), words, copyButton("copy", WORDS.copy, () => text));
  return card;
}

function fileLink(address, name) {
  const link = element("a", "file", `${WORDS.download} ${name}`);
  link.href = address;
  link.download = name;
  return link;
}

function unfolding(bubble) {
  bubble.classList.add("folded");
  const button = element("button", "fold", WORDS.unfold);
  button.type = "button";
  button.addEventListener("click", () => {
    bubble.classList.remove("folded");
    button.remove();
  });
  return button;
}

function clockTime(moment) {
  const time = moment.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (moment >= midnight) return `${WORDS.today} ${time}`;
  if (moment >= midnight - 86_400_000) return `${WORDS.yesterday} ${time}`;
  return `${moment.toLocaleDateString("zh-CN", { month: "long", day: "numeric" })} ${time}`;
}
