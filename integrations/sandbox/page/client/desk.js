/** The desk, on the left: who you are, where you are, what is said there. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { drawBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { openEngage } from "./engage.js";
import { act, fetchOlder, go } from "./link.js";
import { button, tabs } from "./menu.js";
import { face, message } from "./message.js";
import { contextOf } from "./press.js";
import { isThree, set, state } from "./state.js";

const NEAR = 80;
const scrolledAway = new WeakSet();

/** The whole left side. */
export function desk(view) {
  return html`<section class="desk" aria-label="The desk" id="desk" tabindex="-1">
    ${places(view)}
    ${repeat([view.open], (open) => `${view.me.id} ${open.id}`, () => conversation(view))}
    ${repeat(view.thread ? [view.thread] : [], ({ parent }) => parent.id, () => thread(view))}
  </section>`;
}

function places(view) {
  return html`<nav class="places ${state.drawer ? "out" : ""}" id="places" aria-label="People and conversations">
    <h2 class="caption">You are</h2><ul>${repeat(view.people, (one) => one.id, (one) => person(one, view))}</ul>
    <h2 class="caption">Channels</h2><ul>${kind(view, "channel")}</ul>
    <h2 class="caption">Direct messages</h2><ul>${kind(view, "direct")}</ul>
    <h2 class="caption">Other chat</h2><ul><li><button type="button" class="place" aria-expanded=${Boolean(view.engage)}
      @click=${() => openEngage(isThree() ? "" : state.engage || "first")}><img class="face tiny" src="/client/pictures/threads.svg" alt=""><span class="who">Viva Engage</span></button></li></ul>
  </nav>`;
}

function person(one, view, me = one.id === view.me.id) {
  return html`<li><button type="button" class="place person" aria-current=${me ? "true" : nothing} @click=${() => me || go({ as: one.id })}>
    ${face(one)}<span class="who"><span>${one.name}</span><span class="small">${one.role}</span></span>${mark(one.unread, false)}
  </button></li>`;
}

const kind = (view, wanted) =>
  repeat(view.conversations.filter((one) => one.kind === wanted), (one) => one.id, (one) => place(one, view));

function place(one, view) {
  const here = one.id === view.open.id;
  const sign = one.kind === "direct" ? html`<img class="face tiny" src="/client/pictures/tolbooth.svg" alt="">`
    : html`<span class="sign ${one.private ? "locked" : ""}" aria-hidden="true">${one.private ? "" : "#"}</span>`;
  return html`<li><button type="button" class="place ${one.unread ? "unread" : ""}" aria-current=${here ? "page" : nothing}
    @click=${() => go({ in: one.id })}>${sign}<span class="who">${one.name.replace(/^#/, "")}${one.private && one.kind !== "direct"
      ? html`<span class="unseen"> (private)</span>` : nothing}</span>${mark(one.unread, one.pinged)}</button></li>`;
}

const mark = (unread, pinged) => !unread ? nothing : html`<span class="mark ${pinged ? "pinged" : ""}"><span class="unseen">, </span
  >${unread > 99 ? "99+" : unread}<span class="unseen"> unread${pinged ? ", you are named" : ""}</span></span>`;

function conversation(view) {
  const { open } = view;
  const home = open.kind === "direct" && state.tab === "home";
  const label = open.kind === "direct" ? open.name : `#${open.name.replace(/^#/, "")}`;
  return html`<section class="conversation" aria-labelledby="where">
    <header class="where">
      <button type="button" class="icon drawer" aria-expanded=${state.drawer} aria-controls="places" aria-label="People and conversations"
        @click=${() => set({ drawer: !state.drawer })}>☰</button>
      <h2 id="where" tabindex="-1">${label}</h2>
      ${open.kind === "direct" ? tabs("Tolbooth", [
        { id: "messages", label: "Messages", panel: "messages" }, { id: "home", label: "Home", panel: "home" }], state.tab, openTab) : nothing}
    </header>
    ${home ? homeTab(view) : html`${messages(view, label)}${composer(view, "")}`}
  </section>`;
}

const openTab = (tab) => (set({ tab }), tab === "home" && act("home"));

function homeTab(view) {
  return html`<div class="scroller home" id="home" role="tabpanel" aria-labelledby="tab-home" tabindex="0"><div class="blocks">
    ${view.home?.blocks.length ? drawBlocks(view.home.blocks, contextOf(view, { view: view.home.id }))
      : html`<p class="nothing">Home is being drawn …</p>`}</div></div>`;
}

function messages(view, label) {
  const all = [...state.older.messages, ...view.open.messages];
  const earlier = state.older.messages.length ? state.older.earlier : view.open.earlier;
  const direct = view.open.kind === "direct";
  return html`<div class="scroller" id="messages" tabindex="0"
      role=${direct ? "tabpanel" : "region"} aria-label="Messages in ${label}" @scroll=${noteScroll} @keydown=${walk}>
    ${earlier ? html`<p class="nothing">${button(`Show ${earlier} Earlier`, fetchOlder)}</p>` : nothing}
    ${all.length ? nothing : html`<p class="nothing">Nothing here yet.</p>`}
    ${repeat(all, (one) => one.id, (one, at) => message(one, view, { first: one.day !== all[at - 1]?.day }))}
  </div>`;
}

/** Up and down walk through the messages, as in Slack. */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches(".scroller, .message")) return;
  const all = [...event.currentTarget.querySelectorAll(".message")];
  const at = all.indexOf(event.target);
  (at < 0 ? all.at(step > 0 ? 0 : -1) : all[at + step])?.focus();
  event.preventDefault();
}

function thread(view) {
  const { parent, messages: replies } = view.thread;
  const shut = () => {
    go({ thread: "" });
    document.getElementById("messages")?.focus();
  };
  return html`<aside class="thread" aria-labelledby="thread-name" @keydown=${(event) => event.key === "Escape" && !event.defaultPrevented && shut()}>
    <header class="where"><h2 id="thread-name" tabindex="-1">Thread</h2>
      <button type="button" class="icon" aria-label="Close the thread" @click=${shut}>✕</button></header>
    <div class="scroller" id="replies" tabindex="0" role="region" aria-label="Replies"
        @scroll=${noteScroll} @keydown=${walk}>
      ${message(parent, view, { inThread: true })}
      <div class="day"><span>${replies.length === 1 ? "1 reply" : `${replies.length} replies`}</span></div>
      ${repeat(replies, (one) => one.id, (one) => message(one, view, { inThread: true }))}
    </div>
    ${composer(view, view.thread.parent.ts)}
  </aside>`;
}

function noteScroll({ currentTarget: list }) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
  scrolledAway[atEnd ? "delete" : "add"](list);
}

/** After a redraw: a list that showed its end still does. */
export function keepEnds() {
  for (const list of document.querySelectorAll("#messages, #replies")) if (!scrolledAway.has(list)) list.scrollTop = list.scrollHeight;
}
