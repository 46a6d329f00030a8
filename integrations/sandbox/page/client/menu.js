/** Menus and tabs, with the keys people expect: arrows, Home, End, Enter, Escape. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { set, state } from "./state.js";

/** A plain button; `busy` while what it asked for is under way. */
export const button = (label, go, look = "", busy = false) => html`<button type="button" class="press ${look}"
  aria-disabled=${busy ? "true" : nothing} @click=${() => busy || go()}>${label}</button>`;

/** Enter sends a form from its box for words, Shift and Enter begins a new line. */
export function sendByKey(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("textarea")) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

/** A button that opens a menu of things to do. Each item: label, about (optional), go. */
export function menu(key, name, items, { face = "⋯", look = "icon" } = {}) {
  const open = state.menu === key;
  return html`<button type="button" class=${look} id="menu-${key}" aria-label=${face === name ? nothing : name} aria-haspopup="menu"
      aria-expanded=${open} @click=${() => set({ menu: open ? "" : key })}>${face}</button>
    ${open ? html`<div class="menu" role="menu" popover="manual" aria-label=${name} data-from="menu-${key}" @keydown=${keys}>
      ${items.map((item, at) => html`<button type="button" role="menuitem" tabindex=${at ? -1 : 0} @click=${() => choose(item)}>
        <span>${item.label}</span>${item.about ? html`<span class="small">${item.about}</span>` : nothing}</button>`)}
    </div>` : nothing}`;
}

function choose(item) {
  shut();
  item.go();
}

/** Close the open menu and give the focus back to what opened it. */
function shut() {
  document.getElementById(`menu-${state.menu}`)?.focus();
  set({ menu: "" });
}

function keys(event) {
  const items = [...event.currentTarget.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) items[to % items.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") shut();
  else return;
  if (event.key !== "Tab") event.preventDefault();
  event.stopPropagation();
}

/** After a redraw: show the open menu beside its button, inside the window, and put the focus in it once. */
export function placeMenu() {
  const list = document.querySelector(".menu[popover]");
  const from = list && document.getElementById(list.dataset.from);
  if (!from) return;
  const fresh = !list.matches(":popover-open");
  if (fresh) list.showPopover();
  const edge = from.getBoundingClientRect();
  const below = edge.bottom + list.offsetHeight + 8 < innerHeight;
  list.style.top = `${below ? edge.bottom + 4 : Math.max(4, edge.top - list.offsetHeight - 4)}px`;
  list.style.left = `${Math.max(8, Math.min(edge.left, innerWidth - list.offsetWidth - 8))}px`;
  if (fresh) list.querySelector("[role=menuitem]")?.focus();
}

/** Close the menu when somebody presses elsewhere. */
export function shutOutside(event) {
  if (state.menu && !event.target.closest(".menu, [aria-haspopup=menu]")) set({ menu: "" });
}

/** A row of tabs. Each: id, label, panel (its element's id); `take` is told which was chosen. */
export function tabs(name, all, chosen, take) {
  const at = all.findIndex((one) => one.id === chosen);
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: all.length - 1 }[event.key];
    if (!step) return;
    const next = (at + step) % all.length;
    take(all[next].id);
    event.currentTarget.children[next].focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${name} @keydown=${move}>${all.map((one, place) => html`<button type="button"
    role="tab" id="tab-${one.id}" aria-selected=${place === at} aria-controls=${place === at ? one.panel : nothing}
    tabindex=${place === at ? 0 : -1} @click=${() => take(one.id)}>${one.label}</button>`)}</div>`;
}
