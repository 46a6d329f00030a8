/** Block Kit as the page draws it: `drawBlock` for one block, `KNOWN` for the kinds it can draw. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { control, field } from "./fields.js";
import { markdown, rich, words } from "./text.js";

const DRAWN = {
  section: (block, context) => html`
    <div class="beside">
      <div class="words" dir="auto">${words(block.text, context)}</div>
      ${block.accessory ? html`<div class="accessory">${piece(block.accessory, block, context)}</div>` : nothing}
    </div>
    ${block.fields ? html`<div class="fields">${block.fields.map((one) =>
      html`<div class="words" dir="auto">${words(one, context)}</div>`)}</div>` : nothing}`,
  rich_text: (block, context) => (block.elements ?? []).map((one) => rich(one, context)),
  context: (block, context) => (block.elements ?? []).map((one) =>
    one.type === "image" ? picture(one) : html`<span class="words" dir="auto">${words(one, context)}</span>`),
  actions: (block, context) => pieces(block, context),
  context_actions: (block, context) => pieces(block, context),
  header: (block, context) => html`<p class="headline" role="heading" aria-level="4" dir="auto">${words(block.text, context)}</p>`,
  divider: () => html`<hr>`,
  image: (block, context) => html`
    ${block.title ? html`<p class="small">${words(block.title, context)}</p>` : nothing}${picture(block)}`,
  table: (block, context) => table(block.rows ?? [], context),
  markdown: (block, context) => markdown(block.text, context),
  input: (block, context) => field(block, context),
};

/** The kinds of block that are drawn; any other is a plain labelled box. */
export const KNOWN = Object.keys(DRAWN);

/** One block. `context` holds names, now, me, follow(url), press(block, element, value), isBusy and, in a modal, form. */
export function drawBlock(block, context) {
  const drawn = DRAWN[block.type];
  if (!drawn) return html`<div class="block unknown">A block of kind “${block.type}”: not drawn here</div>`;
  return html`<div class="block block-${block.type}">${drawn(block, context)}</div>`;
}

/** All the blocks of a message or view, each kept in place by what it is part of. */
export function drawBlocks(blocks, context) {
  return repeat(blocks, (block, place) => partOf(block.block_id) ?? place, (block) => drawBlock(block, context));
}

/** The block's id without the version in it: a redrawn card keeps its elements, and the focus in them. */
const partOf = (id) => id?.replace(/^(card:[^:]+):[^:]+:/, "$1:");

const piece = (element, block, context) => (element.type === "image" ? picture(element) : control(element, block, context));
const pieces = (block, context) =>
  repeat(block.elements ?? [], (one, place) => one.action_id ?? place, (one) => piece(one, block, context));

/** A picture from this page's own server, or its description in a labelled box: nothing is fetched from elsewhere. */
function picture({ image_url: url = "", alt_text: alt = "" }) {
  const { hostname, origin, pathname } = new URL(url || "about:blank", location.href);
  const own = origin === location.origin || (hostname === "127.0.0.1" && pathname.startsWith("/client/pictures/"));
  if (own) return html`<img src=${pathname} alt=${alt}>`;
  return html`<span class="picture"><span class="small">Picture</span> ${alt || "without a description"}</span>`;
}

function table(rows, context) {
  const cell = (one) => (one.type === "rich_text" ? (one.elements ?? []).map((part) => rich(part, context)) : one.text);
  const [head = [], ...rest] = rows;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>
    <thead><tr>${head.map((one) => html`<th scope="col" dir="auto">${cell(one)}</th>`)}</tr></thead>
    <tbody>${rest.map((row) => html`<tr>${row.map((one) => html`<td dir="auto">${cell(one)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}
