/** Forms over the page, and the question before a press counts: native dialogs. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { drawBlocks } from "./blocks.js";
import { act } from "./link.js";
import { button } from "./menu.js";
import { say } from "./news.js";
import { contextOf } from "./press.js";
import { redraw, state } from "./state.js";
import { words } from "./text.js";
import { named, tellOf } from "./typed.js";
import { visitLine } from "./visit.js";

const forms = new Map();
let shown = "";

/** What has been typed into a view, and what was wrong with it. Kept by the view's id; once it is drawn anew, for its own fields. */
function formOf(modal) {
  const asks = modal.blocks.filter((block) => block.type === "input");
  const before = forms.get(modal.id) ?? { typed: {}, errors: {} };
  if (before.hash !== modal.hash) {
    const typed = Object.fromEntries(Object.entries(before.typed).filter(([id]) => asks.some((block) => block.block_id === id)));
    forms.set(modal.id, { typed, errors: {}, hash: modal.hash });
  }
  const { typed, errors } = forms.get(modal.id);
  const value = (block) => typed[block.block_id] ?? known(modal, block);
  const values = () => Object.fromEntries(asks.map((block) => [block.block_id, value(block)]));
  const type = (block, next) => {
    typed[block.block_id] = next;
    tellOf(modal.id, block, values());
    redraw();
  };
  return { id: modal.id, errors, asks, value, values, type };
}

/** What the server holds for a field. */
function known({ values }, { block_id: block, element = {} }) {
  const held = values?.[block]?.[element.action_id] ?? {};
  if (element.type === "file_input") return (held.files ?? []).map((one) => named(one.id, one.name));
  if (element.type === "checkboxes") return (held.selected_options ?? element.initial_options ?? []).map((one) => one.value);
  return held.value ?? held.selected_option?.value ?? "";
}

/** The dialogs; closed when there is nothing to ask. */
export function dialogs(view) {
  return html`
    <dialog class="modal" id="modal" aria-labelledby="modal-title" @cancel=${(event) => (event.preventDefault(), cancel())} @close=${cancel}>
      ${repeat(view.modal ? [view.modal] : [], (one) => one.id, (one) => form(one, view))}
    </dialog>
    <dialog class="modal asking" id="asking" aria-labelledby="asking-title" aria-describedby="asking-text"
      @close=${() => state.asking?.done(false)}>${state.asking ? question(state.asking) : nothing}</dialog>`;
}

function form(modal, view) {
  const kept = formOf(modal);
  const busy = state.busy.has(`submit ${modal.id}`);
  return html`<form novalidate @submit=${(event) => submit(event, modal, kept)} @keydown=${sendByKey}>
    <header><h2 id="modal-title" tabindex="-1">${modal.title}</h2>
      <button type="button" class="icon" aria-label=${modal.depth > 1 ? "Back" : "Close the form"} @click=${cancel}>
        ${modal.depth > 1 ? "←" : "✕"}</button></header>
    <div class="blocks" tabindex="-1">${drawBlocks(modal.blocks, contextOf(view, { view: modal.id }, kept))}</div>
    ${visitLine(view)}
    <footer>${button(modal.close || "Close", cancel)}${modal.submit ? html`<button type="submit" class="press primary"
      aria-disabled=${busy ? "true" : nothing}>${modal.submit}</button>` : nothing}</footer>
  </form>`;
}

/** Ctrl or Cmd with Enter sends a form from a box of many lines. */
const sendByKey = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.currentTarget.requestSubmit();

async function submit(event, modal, kept) {
  event.preventDefault();
  const answer = await act("submit", { view: modal.id, values: kept.values() }, `submit ${modal.id}`);
  const found = answer.errors ?? {};
  if (forms.has(modal.id)) forms.get(modal.id).errors = found;
  redraw();
  const wrong = kept.asks.find((block) => found[block.block_id]);
  if (!wrong) return;
  say(`${wrong.label.text}: ${found[wrong.block_id]}`);
  requestAnimationFrame(() => document.querySelector("#modal [aria-invalid=true], #modal .error")?.focus());
}

/** Escape, the button, or the browser itself, which may close a dialog after Escape twice. */
function cancel() {
  const { modal } = state.view;
  if (modal) act("cancel", { view: modal.id }, `cancel ${modal.id}`);
}

function question({ question: asks, done }) {
  const look = asks.style === "danger" ? "danger" : "primary";
  return html`<h2 id="asking-title">${words(asks.title, {})}</h2><p id="asking-text" class="words">${words(asks.text, {})}</p>
    <footer>${button(words(asks.deny, {}), () => done(false))}${button(words(asks.confirm, {}), () => done(true), look)}</footer>`;
}

/** After a redraw: open or close the dialogs; a form that is new gets the focus, one that is redrawn keeps it. */
export function openDialogs(view) {
  const [modal, asking] = document.querySelectorAll("dialog");
  if (view.modal && !modal.open) modal.showModal();
  if (!view.modal && modal.open) modal.close();
  if (view.modal && view.modal.id !== shown) firstOf(modal)?.focus();
  if (!view.modal) forms.clear();
  shown = view.modal?.id ?? "";
  if (state.asking && !asking.open) asking.showModal();
  if (!state.asking && asking.open) asking.close();
}

/** Where one begins in a form: its first field, else its first button, else its title. */
const firstOf = (modal) => [".blocks :is(input, textarea, select)", ".blocks button", "h2"]
  .map((each) => modal.querySelector(each)).find(Boolean);
