/** What can be pressed, chosen or typed in a block. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { live } from "./vendor/lit-html/directives/live.js";
import { menu } from "./menu.js";
import { words } from "./text.js";
import { nameOf, upload } from "./typed.js";

const idOf = (...parts) => parts.join("-").replace(/[^\w-]/g, "_");
const chosenIn = (element) => element.initial_option?.value ?? "";
const labelOf = (element) => element.accessibility_label ?? element.placeholder?.text ?? "Choose";

/** An element of an actions block, or a section's accessory: it acts when it is pressed or chosen. */
export function control(element, block, context) {
  const press = (value) => context.press?.(block, element, value);
  const started = element.type === "checkboxes" ? (element.initial_options ?? []).map((one) => one.value) : chosenIn(element);
  switch (element.type) {
    case "button":
    case "icon_button": return button(element, press, context.isBusy?.(block, element));
    case "overflow": return menu(idOf(context.key, block.block_id, element.action_id), "More choices",
      element.options.map((one) => ({ label: words(one.text, context), about: words(one.description, context), go: () => press(one.value) })));
    case "static_select": return select(element, chosenIn(element), { "aria": labelOf(element), change: press });
    case "radio_buttons":
    case "checkboxes": return html`<fieldset class="choices"><legend class="unseen">${labelOf(element)}</legend>
      ${ticks(element, started, idOf(context.key, block.block_id, element.action_id), press, context)}</fieldset>`;
    default: return html`<span class="unknown">A control of kind “${element.type}”: not drawn here</span>`;
  }
}

function button(element, press, busy) {
  const label = element.text?.text ?? element.text ?? "";
  return html`<button type="button" class="press ${element.style ?? ""}" aria-label=${element.accessibility_label ?? nothing}
    aria-disabled=${busy ? "true" : nothing} @click=${() => busy || press(element.value)}
    >${label}${element.url ? html`<span aria-hidden="true"> ↗</span>` : nothing}</button>`;
}

function select(element, value, { aria = nothing, id = nothing, described = nothing, invalid = nothing, change }) {
  const options = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
  return html`<select id=${id} aria-label=${aria} aria-describedby=${described} aria-invalid=${invalid}
    @change=${(event) => event.target.value && change(event.target.value)}>
    ${value ? nothing : html`<option value="" selected>${element.placeholder?.text ?? "Choose"}</option>`}
    ${options.map((one) => html`<option value=${one.value} ?selected=${one.value === value}>${one.text.text}</option>`)}
  </select>`;
}

/** Radio buttons or checkboxes; `change` is told the new value, or all the ticked ones. */
function ticks(element, value, name, change, context) {
  const many = element.type === "checkboxes";
  const others = (one) => value.filter((kept) => kept !== one.value);
  const next = ({ target }, one) => change(!many ? one.value : target.checked ? [...others(one), one.value] : others(one));
  return element.options.map((one) => html`<label class="tick">
    <input type=${many ? "checkbox" : "radio"} name=${name} value=${one.value}
      .checked=${live(many ? value.includes(one.value) : value === one.value)} @change=${(event) => next(event, one)}>
    <span>${words(one.text, context)}${one.description
      ? html`<span class="small hint">${words(one.description, context)}</span>` : nothing}</span></label>`);
}

/** One question of a form, with its hint, and its error where the person is looking. */
export function field(block, context) {
  const form = context.form ?? { id: "form", errors: {}, value: () => "", type() {} };
  const id = idOf(form.id, block.block_id);
  const error = form.errors[block.block_id];
  const described = [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || nothing;
  const parts = { id, described, invalid: error ? "true" : nothing, name: words(block.label, context), form, block };
  return html`
    ${answerBox(block.element ?? {}, parts, context)}
    ${block.hint ? html`<p class="small hint" id="${id}-hint">${words(block.hint, context)}</p>` : nothing}
    ${error ? html`<p class="error" id="${id}-error">${error}</p>` : nothing}`;
}

function answerBox(element, parts, context) {
  const { id, described, invalid, name, form, block } = parts;
  const title = html`${name}${block.optional ? html`<span class="small"> (optional)</span>` : nothing}`;
  const value = form.value(block);
  const change = (next) => form.type(block, next);
  if (element.type === "radio_buttons" || element.type === "checkboxes") {
    return html`<fieldset class="choices" id=${id} aria-describedby=${described}><legend class="label">${title}</legend>
      ${ticks(element, value || (element.type === "checkboxes" ? [] : ""), id, change, context)}</fieldset>`;
  }
  const label = html`<label class="label" for=${id}>${title}</label>`;
  if (element.type === "static_select") return html`${label}${select(element, value, { id, described, invalid, change })}`;
  if (element.type === "file_input") return html`${label}${files(element, { ...parts, value: value || [], change })}`;
  if (element.type !== "plain_text_input") return html`<div class="unknown">A field of kind “${element.type}”: not drawn here</div>`;
  return html`${label}${typing(element, { ...parts, value, change })}${count(element, [...value])}`;
}

/** Files are put in one after the other, and can be taken out again. */
function files({ filetypes = [], max_files: most = 10 }, { id, described, invalid, value, change }) {
  const put = async ({ target }) => {
    const ids = await upload([...target.files]);
    target.value = "";
    change([...value, ...ids]);
  };
  return html`<input id=${id} type="file" accept=${filetypes.map((one) => `.${one}`).join(",") || nothing} ?multiple=${most > 1}
      aria-describedby=${described} aria-invalid=${invalid} @change=${put}>
    <ul class="files">${value.map((one) => html`<li>${nameOf(one)} <button type="button" class="quiet" aria-label="Remove ${nameOf(one)}"
      @click=${() => change(value.filter((other) => other !== one))}>Remove</button></li>`)}</ul>`;
}

function typing(element, { id, described, invalid, value, change, block }) {
  const typed = (event) => change(event.target.value);
  const place = element.placeholder?.text ?? nothing;
  const needed = block.optional ? nothing : "true";
  return element.multiline
    ? html`<textarea id=${id} rows="5" dir="auto" placeholder=${place} aria-describedby=${described} aria-invalid=${invalid}
        aria-required=${needed} .value=${live(value)} @input=${typed}></textarea>`
    : html`<input id=${id} type="text" dir="auto" autocomplete="off" placeholder=${place} aria-describedby=${described}
        aria-invalid=${invalid} aria-required=${needed} .value=${live(value)} @input=${typed}>`;
}

const count = ({ max_length: most = 3000 }, { length: used }) => most < 3000
  ? html`<p class="small count ${used > most ? "over" : ""}">${used} of ${most}</p>` : nothing;
