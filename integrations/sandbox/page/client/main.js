/** Starts the page and draws it: one template over one view, and what must follow each drawing. */
import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { bar } from "./bar.js";
import { desk, keepEnds } from "./desk.js";
import { engagePanel, openEngage } from "./engage.js";
import { listen } from "./link.js";
import { placeMenu, shutOutside } from "./menu.js";
import { dialogs, openDialogs } from "./modal.js";
import { publicSide, showAnswers } from "./public.js";
import { drawWith, isNarrow, isThree, readAddress, set, state } from "./state.js";
import { followVisit, visitPanel } from "./visit.js";

const root = document.getElementById("page");
let opened = {};

function page(view) {
  return html`
    <a class="skip" href="#desk" @click=${(event) => { event.preventDefault(); document.getElementById("write")?.focus(); }}>Skip to the desk</a>
    ${bar(view)}
    ${state.down ? html`<section class="banner" aria-label="Trouble">The demo has stopped. Start it again with <code>tolbooth demo</code>;
      this page then carries on.</section>` : nothing}
    ${visitPanel(view)}
    ${isNarrow() ? html`<nav class="panes" aria-label="Show">${pane("desk", "The desk")}${pane("engage", "Viva Engage", () => openEngage(state.engage || "first"))}
      ${pane("public", "The public")}</nav>` : nothing}
    <main class="town ${isThree() ? "slim three" : isNarrow() ? "slim" : ""}" data-pane=${state.pane}>
      ${desk(view)}${engagePanel(view)}${publicSide(view)}</main>
    ${state.notice ? html`<section class="notice" aria-label="Notice"><p dir="auto">${state.notice}</p>
      <button type="button" class="icon" aria-label="Dismiss" @click=${() => set({ notice: "" })}>✕</button></section>` : nothing}
    ${dialogs(view)}`;
}

const pane = (id, label, go = () => set({ pane: id })) =>
  html`<button type="button" aria-pressed=${state.pane === id} @click=${go}>${label}</button>`;

/** Where the focus is, and what stands around it: somewhere to put it if a redraw takes the place away. */
function focusNow() {
  const places = [];
  for (let at = document.activeElement; at && at !== document.body; at = at.parentElement) places.push(at);
  return places;
}

/** If a redraw took the focused element away, what is nearest to it and still there gets the focus. */
function keepFocus(places) {
  if (!places.length || document.activeElement !== document.body) return;
  const near = places.find((place) => place.isConnected && place.matches("textarea, [tabindex], .doing, .play, .visit"));
  (near?.matches("textarea, [tabindex]") ? near : near?.querySelector("button"))?.focus({ preventScroll: true });
}

function draw() {
  const { view } = state;
  if (!view) return;
  const places = focusNow();
  if (!root.firstElementChild?.classList.contains("skip")) root.replaceChildren();
  render(page(view), root);
  const unread = view.people.find((one) => one.id === view.me.id)?.unread;
  document.title = `${unread ? `(${unread}) ` : ""}${view.me.name} · ${view.open.name} · Tolbooth practice`;
  keepEnds();
  showAnswers(view);
  openDialogs(view);
  placeMenu();
  keepFocus(places);
  focusOpened(view);
  followVisit(view);
}

/** What has just been opened, a thread or the other chat, gets the focus, unless a form has it. */
function focusOpened({ thread, engage }) {
  const now = { reply: thread?.parent.id ?? "", "engage-name": engage ? "open" : "" };
  for (const id of Object.keys(now)) {
    if (now[id] && now[id] !== (opened[id] ?? "") && !document.querySelector("dialog[open]")) document.getElementById(id)?.focus();
  }
  opened = now;
}

drawWith(draw);
readAddress();
addEventListener("hashchange", () => (readAddress(), listen()));
addEventListener("pointerdown", shutOutside);
addEventListener("resize", placeMenu);
listen();
