/** One message as the desk shows it. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { drawBlocks } from "./blocks.js";
import { act, go } from "./link.js";
import { menu } from "./menu.js";
import { contextOf } from "./press.js";
import { mrkdwn } from "./text.js";

const LOOKS = 6;

/** A face made of initials; the bot's is the tower. The name stands beside it. */
export function face(person) {
  if (person.bot) return html`<img class="face" src="/client/pictures/tolbooth.svg" alt="">`;
  const initials = person.name.split(/\s+/).map((part) => [...part][0] ?? "").slice(0, 2).join("");
  const look = [...person.name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % LOOKS;
  return html`<span class="face face-${look}" aria-hidden="true">${initials}</span>`;
}

/** A message. `first` says whether a new day begins with it; in a thread it offers no thread of its own. */
export function message(one, view, { first = false, inThread = false } = {}) {
  return html`${first ? html`<div class="day"><span>${one.day}</span></div>` : nothing}
    <article class="message ${one.private ? "private" : ""}" tabindex="-1" aria-label="${one.user.name}, ${one.at}">
      ${face(one.user)}
      <div class="said">
        ${one.private ? privately(one) : nothing}
        <p class="by"><strong><bdi>${one.user.name}</bdi></strong>${one.user.bot ? html` <span class="tag">App</span>` : nothing}
          <span class="small">${one.at}${one.edited ? " · edited" : ""}</span></p>
        ${words(one, view)}
        ${one.replies && !inThread ? html`<button type="button" class="replies" @click=${() => openThread(one)}>
          ${one.replies === 1 ? "1 reply" : `${one.replies} replies`}</button>` : nothing}
      </div>
      ${one.private ? nothing : html`<div class="more">${more(one, view, inThread)}</div>`}
    </article>`;
}

const privately = ({ id }) => html`<p class="small only"><span>Only visible to you</span> · <button type="button" class="quiet"
  @click=${() => act("dismiss", { message: id }, `dismiss ${id}`)}>Dismiss</button></p>`;

function words(one, view) {
  const context = contextOf(view, { message: one.id });
  if (one.blocks.length) return html`<div class="blocks">${drawBlocks(one.blocks, context)}</div>`;
  return html`<div class="words" dir="auto">${mrkdwn(one.text, context)}</div>`;
}

function more(one, view, inThread) {
  const offered = view.shortcuts.message.map(({ name, description, callback_id }) => ({
    label: name, about: description, go: () => act("shortcut", { callback_id, message: one.id }) }));
  if (!inThread) offered.unshift({ label: "Reply in Thread", go: () => openThread(one) });
  return menu(`${inThread ? "thread-" : ""}${one.id}`.replace(/[^\w-]/g, "_"), "More actions", offered);
}

const openThread = (one) => go({ thread: one.thread_ts || one.ts });
