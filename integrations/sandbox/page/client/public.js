/** The public, on the right: the networks, what residents say there and what the organisation answers. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { live } from "./vendor/lit-html/directives/live.js";
import { act } from "./link.js";
import { button, sendByKey, tabs } from "./menu.js";
import { say } from "./news.js";
import { face } from "./message.js";
import { asked } from "./press.js";
import { isTabbed, set, state } from "./state.js";

const draft = { author: "", network: "", text: "", picture: false };
let known = null;

/** After a redraw: an answer that has just gone out comes into sight, and is said. */
export function showAnswers({ networks }) {
  const posts = networks.flatMap(({ id, threads }) => threads.flatMap((one) => one.posts.map((post) => [`post-${id}-${post.id}`, post])));
  const ours = new Map(posts.filter(([, post]) => post.ours));
  for (const [id, post] of known ? ours : []) {
    if (known.has(id)) continue;
    say(`In public, ${post.author.name} says: ${post.text}`);
    document.getElementById(id)?.scrollIntoView({ block: "nearest" });
  }
  known = ours;
}

/** The whole right side. */
export function publicSide(view) {
  const chosen = view.networks.find((one) => one.id === state.network)?.id ?? view.networks[0]?.id;
  const shown = isTabbed() ? view.networks.filter((one) => one.id === chosen) : view.networks;
  return html`<section class="public" aria-labelledby="public-name" id="public" tabindex="-1">
    <header class="where"><h2 id="public-name">The public</h2><p class="small">What residents see</p></header>
    ${postBox(view, chosen)}
    ${isTabbed() ? tabs("Networks", view.networks.map((one) => ({ id: one.id, label: one.name, panel: `network-${one.id}` })), chosen,
      (network) => set({ network })) : nothing}
    <div class="columns">${repeat(shown.filter((one) => !one.still), (one) => one.id, column)}</div>
    <div class="columns below">${repeat(shown.filter((one) => one.still), (one) => one.id, column)}</div>
  </section>`;
}

function postBox(view, shown) {
  const places = view.networks.filter((one) => !one.still);
  const chosen = places.find((one) => one.id === shown)?.id ?? places[0]?.id;
  return html`<form class="post-box" aria-label="Post as a resident" @submit=${(event) => post(event, view, chosen)} @keydown=${sendByKey}>
    <label class="wide"><span class="unseen">Words</span><textarea rows="2" dir="auto" placeholder="Say something as a resident …"
      .value=${live(draft.text)} @input=${typing(draft, "text")}></textarea></label>
    <label><span class="small">As</span><input type="text" list="authors" autocomplete="off" placeholder=${view.authors[0] ?? "A resident"}
      .value=${live(draft.author)} @input=${typing(draft, "author")}></label>
    <datalist id="authors">${view.authors.map((name) => html`<option value=${name}></option>`)}</datalist>
    <label><span class="small">On</span><select @change=${typing(draft, "network")}>${places.map((one) => html`
      <option value=${one.id} ?selected=${one.id === (draft.network || chosen)}>${one.name}</option>`)}</select></label>
    <label class="tick"><input type="checkbox" .checked=${live(draft.picture)} @change=${typing(draft, "picture")}><span>With a photo</span></label>
    <button type="submit" class="press primary" aria-disabled=${draft.text.trim() ? nothing : "true"}>Post</button>
  </form>`;
}

/** What is typed or ticked goes into `kept[name]`. */
const typing = (kept, name) => ({ target }) => {
  kept[name] = target.type === "checkbox" ? target.checked : target.value;
  set({});
};

async function post(event, view, chosen) {
  event.preventDefault();
  if (!draft.text.trim()) return;
  const author = draft.author.trim() || view.authors[0] || "A resident";
  const said = { network: draft.network || chosen, author, text: draft.text.trim(), picture: draft.picture };
  const answer = await act("post", said, "post");
  if (!answer.error) Object.assign(draft, { text: "", picture: false });
  set({ network: said.network });
}

function column(network) {
  const { id, name, handle, about, threads, earlier } = network;
  return html`<section class="column" id="network-${id}" role=${isTabbed() ? "tabpanel" : nothing} aria-labelledby="name-${id}">
    <header><h3 id="name-${id}">${name}</h3><p class="small">${handle}</p>${about ? html`<p class="small about">${about}</p>` : nothing}</header>
    <div class="threads" tabindex="0" role="group" aria-label="Posts on ${name}">
      ${threads.length ? nothing : html`<p class="nothing">Nobody has said anything yet.</p>`}
      ${repeat(threads, (one) => one.id, (one) => html`<div class="strand">
        ${repeat(one.posts, (each) => each.id, (each) => drawPost(each, network))}</div>`)}
      ${earlier ? html`<p class="nothing">and ${earlier} earlier</p>` : nothing}
    </div>
  </section>`;
}

function drawPost(one, network) {
  const key = `${network.id} ${one.id}`;
  const open = state.writing?.of === key && state.writing;
  const marks = `${one.private ? " · private" : ""}${one.edited ? " · edited" : ""}`;
  return html`<article class="post ${one.ours ? "ours" : ""}" id="post-${network.id}-${one.id}" tabindex="-1"
      aria-label="${one.author.name}, ${one.at}">
    <header>${face(one.author)}<div><strong dir="auto">${one.author.name}</strong>
      <span class="small">${one.author.handle ? html`<bdi>${one.author.handle}</bdi> · ` : nothing}${one.at}${marks}</span></div></header>
    ${one.ours ? html`<p class="tag">Our answer</p>` : nothing}
    ${one.gone ? html`<p class="gone">Deleted by its author</p>` : open && !open.adding ? nothing : html`<p class="words" dir="auto">${one.text}</p>`}
    ${one.picture && !one.gone ? picture(one.picture) : nothing}
    ${one.ours || one.gone || network.still ? nothing : tools(one, network, key)}
    ${open ? box(one, network, open) : nothing}
  </article>`;
}

const picture = ({ src, alt }) => (src.startsWith("/client/") ? html`<img class="photo" src=${src} alt=${alt}>`
  : html`<p class="picture"><span class="small">Photo</span> ${alt || "without a description"}</p>`);

function tools(one, network, key) {
  const begin = (adding, text) => () => {
    set({ writing: { of: key, adding, text, author: one.author.name } });
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("adding")?.focus()));
  };
  const whose = `${one.author.name}, ${one.at}`;
  const tool = (label, go) =>
    html`<button type="button" class="quiet" aria-label="${label}: ${whose}" @click=${go}>${label}</button>`;
  return html`<p class="tools">${tool("Add to this", begin(true, ""))}${tool("Edit", begin(false, one.text))}
    ${tool("Delete", () => remove(one, network))}</p>`;
}

async function remove(one, network) {
  const sure = { title: "Delete this post?", text: "It disappears from the network, as if its author took it down.", confirm: "Delete",
    deny: "Keep It", style: "danger" };
  if (await asked(sure)) act("delete", { network: network.id, post: one.id }, `delete ${one.id}`);
}

function box(one, network, writing) {
  const stop = () => {
    set({ writing: null });
    document.getElementById(`post-${network.id}-${one.id}`)?.focus();
  };
  const send = async (event) => {
    event.preventDefault();
    const where = { network: network.id, text: writing.text.trim() };
    const added = { ...where, author: writing.author.trim() || one.author.name, in_reply_to: one.id };
    if (!where.text) return;
    const answer = await (writing.adding ? act("post", added) : act("edit", { ...where, post: one.id }));
    if (!answer.error) stop();
  };
  return html`<form class="adding" @submit=${send} @keydown=${(event) => (event.key === "Escape" ? stop() : sendByKey(event))}>
    ${writing.adding ? html`<label><span class="small">As</span><input type="text" list="authors" autocomplete="off"
      .value=${live(writing.author)} @input=${typing(writing, "author")}></label>` : nothing}
    <textarea id="adding" rows="2" dir="auto" aria-label=${writing.adding ? "What to add" : "The new words"}
      .value=${live(writing.text)} @input=${typing(writing, "text")}></textarea>
    <button type="submit" class="press primary">${writing.adding ? "Add" : "Save"}</button>${button("Cancel", stop)}
  </form>`;
}
