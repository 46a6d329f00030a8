/** Viva Engage, beside the desk: the same staff in a second chat, thread by thread, and when that is read next. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { live } from "./vendor/lit-html/directives/live.js";
import { act, go } from "./link.js";
import { button, sendByKey, tabs } from "./menu.js";
import { face } from "./message.js";
import { isNarrow, redraw, set, state } from "./state.js";

const SHORT = 60;
let shown = null;
let since = 0;
let tick = 0;

/** Open it, at a community, or close it. What is open on the desk stays so. */
export function openEngage(engage) {
  if (!engage) document.getElementById("where")?.focus();
  set({ pane: engage ? "engage" : "desk" });
  go({ engage, thread: state.thread });
}

/** The whole panel; nothing while it is closed. */
export function engagePanel(view) {
  const { engage } = view;
  if (!engage) return nothing;
  const open = engage.places.find((one) => one.id === engage.open);
  const begin = open.direct ? "Write to Tolbooth in private" : `Begin a thread in ${open.name}`;
  return html`<section class="engage" id="engage" aria-labelledby="engage-name" tabindex="-1">
    <header class="where"><h2 id="engage-name" tabindex="-1">Viva Engage</h2><span class="small">as ${view.me.name}</span>
      ${isNarrow() ? nothing : html`<button type="button" class="icon" aria-label="Close Viva Engage" @click=${() => openEngage("")}>✕</button>`}</header>
    ${tabs("Communities and messages", engage.places.map(({ id, name }) => ({ id, label: name, panel: "engage-threads" })), engage.open, openEngage)}
    <p class="small reads"><span>Read once a minute, as Microsoft asks: ${nextLook(view)}</span>
      ${button("Look now", () => act("look"), "", state.busy.has("look"))}</p>
    ${box(view, "", begin)}
    <div class="threads" id="engage-threads" role="tabpanel" tabindex="0" aria-labelledby="tab-${engage.open}">
      ${engage.threads.length ? nothing : html`<p class="nothing">Nothing here yet.</p>`}
      ${repeat(engage.threads, (one) => one.id, (one) => thread(one, view))}
      ${engage.earlier ? html`<p class="nothing">and ${engage.earlier} earlier</p>` : nothing}
    </div>
  </section>`;
}

/** Between two views the town's clock runs on; while the panel is open its seconds are counted. */
function nextLook(view) {
  if (shown !== view) [shown, since] = [view, performance.now()];
  clearTimeout(tick);
  tick = setTimeout(redraw, 1000);
  const left = Math.ceil((Date.parse(view.engage.next_look) - Date.parse(view.now) - performance.now() + since) / 1000);
  return left > 0 ? `next look in ${left} s` : "looking now …";
}

function thread({ id, messages }, view) {
  const begun = messages[0].text.split("\n")[0].slice(0, SHORT);
  return html`<div class="strand">${repeat(messages, (one) => one.id, post)}${box(view, id, "Write in this thread", `: ${begun}`)}</div>`;
}

const post = (one) => html`<article class="post" tabindex="-1" aria-label="${one.user.name}, ${one.at}">
  <header>${face(one.user)}<div><strong dir="auto">${one.user.name}</strong> <span class="small">${one.at}</span></div></header>
  <p class="words" dir="auto">${one.text}</p>
  ${one.likes.length ? html`<p class="small">Liked by ${one.likes.join(", ")}</p>` : nothing}
</article>`;

/** Where one writes: in a thread, or, without one, to begin one. */
function box({ me, engage: { open } }, under, label, about = "") {
  const place = `engage ${me.id} ${open} ${under}`;
  const keep = (text) => (state.drafts.set(place, { text }), redraw());
  const text = state.drafts.get(place)?.text ?? "";
  const send = async (event) => {
    event.preventDefault();
    const said = (state.drafts.get(place)?.text ?? "").trim();
    if (!said || state.busy.has(place)) return;
    keep("");
    const answer = await act("engage", { in: open, thread: under, text: said }, place);
    if (answer.error && !state.drafts.get(place).text) keep(said);
  };
  return html`<form class="adding" @submit=${send} @keydown=${sendByKey}>
    <textarea rows="1" dir="auto" aria-label="${label}${about}" placeholder=${label} .value=${live(text)}
      @input=${({ target }) => keep(target.value)}></textarea>
    ${text.trim() ? html`<button type="submit" class="press primary">Post</button>` : nothing}
  </form>`;
}
