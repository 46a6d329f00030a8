/** Where one writes: Enter sends, a slash brings up the commands, unsent words wait for you. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { live } from "./vendor/lit-html/directives/live.js";
import { act } from "./link.js";
import { menu } from "./menu.js";
import { say } from "./news.js";
import { redraw, state } from "./state.js";

const MOST = 8;
let active = 0;
let hidden = "";

/** The box under a conversation (`thread` empty) or a thread. */
export function composer(view, thread) {
  const place = `${view.me.id} ${view.open.id} ${thread}`;
  const draft = state.drafts.get(place) ?? { text: "", error: "" };
  const id = thread ? "reply" : "write";
  const commands = thread ? [] : view.commands; // in threads there are none, as in Slack
  const found = offered(draft.text, commands);
  const box = { view, thread, place, draft, id, found, commands };
  const label = thread ? "Reply in the thread" : `Message ${view.open.kind === "direct" ? view.open.name : `#${view.open.name.replace(/^#/, "")}`}`;
  return html`<form class="composer" @submit=${(event) => send(event, box)}>
    ${found.length ? completions(box) : nothing}
    <textarea id=${id} rows="1" dir="auto" aria-label=${label} placeholder=${label} aria-autocomplete="list"
      aria-controls=${found.length ? `${id}-list` : nothing} aria-activedescendant=${found.length ? `${id}-option-${active}` : nothing}
      aria-describedby="${id}-usage" aria-invalid=${draft.error ? "true" : nothing}
      .value=${live(draft.text)} @input=${(event) => typed(event, box)} @keydown=${(event) => key(event, box)}></textarea>
    <div class="under">
      ${view.shortcuts.global.length && !thread ? menu("shortcuts", "Shortcuts", view.shortcuts.global.map((each) => ({
        label: each.name, about: each.description, go: () => act("shortcut", { callback_id: each.callback_id }) })), { face: "⚡" }) : nothing}
      <p class="small ${draft.error ? "error" : ""}" id="${id}-usage">${draft.error || usage(draft.text, commands)}</p>
      <button type="submit" class="press primary" aria-disabled=${draft.text.trim() ? nothing : "true"}>Send</button>
    </div>
  </form>`;
}

const spoken = (text) => text.trimStart().toLowerCase();
const isCommand = (begun) => begun.startsWith("/") && !begun.includes("\n");
const offered = (text, commands) => (hidden === text ? [] : matches(text, commands));

/** The commands that begin with what is typed. */
const matches = (text, commands) =>
  isCommand(spoken(text)) ? commands.filter((one) => one.typed.startsWith(spoken(text))).slice(0, MOST) : [];

/** What the command that is being typed still wants. */
function usage(text, commands) {
  const known = commands.filter((one) => `${spoken(text)} `.startsWith(`${one.typed} `));
  const best = known.sort((one, other) => other.typed.length - one.typed.length)[0];
  if (best) return `${best.typed} ${best.usage}: ${best.summary}`;
  return text || !commands.length ? "Enter sends, Shift+Enter begins a new line" : "Type / for the commands";
}

function completions({ id, found, place }) {
  const take = (event, one) => {
    event.preventDefault();
    complete(one, { id, place });
  };
  return html`<ul class="completions" id="${id}-list" role="listbox" aria-label="Commands">${found.map((one, at) => html`
    <li role="option" id="${id}-option-${at}" aria-selected=${at === active} @mousedown=${(event) => take(event, one)}>
      <strong>${one.typed}</strong><span class="usage">${one.usage}</span><span class="small">${one.summary}</span></li>`)}</ul>`;
}

function keep({ place }, text, error = "") {
  state.drafts.set(place, { text, error });
  active = 0;
  hidden = "";
  redraw();
}

function typed({ target: { value } }, box) {
  const found = matches(value, box.commands);
  if (value === "/" && found.length) say(`${found.length} commands. Up and down to choose, Enter to take one.`);
  keep(box, value);
}

function complete(one, box) {
  keep(box, `${one.typed} `);
  document.getElementById(box.id).focus();
}

function key(event, drawn) {
  const draft = state.drafts.get(drawn.place) ?? drawn.draft; // as it is now: keys may be quicker than frames
  const box = { ...drawn, draft, found: offered(draft.text, drawn.commands) };
  const { found } = box;
  const step = { ArrowDown: 1, ArrowUp: found.length - 1 }[event.key];
  if (event.isComposing || event.shiftKey) return;
  if (found.length && (step !== undefined || event.key === "Escape")) {
    if (step === undefined) hidden = draft.text;
    else active = (active + step) % found.length;
    redraw();
  } else if (found.length && takesOption(event, box)) complete(found[active], box);
  else if (event.key === "Enter") send(event, box);
  else return;
  event.preventDefault();
}

/** Tab takes the option, and so does Enter, unless all of a command is typed already. */
const takesOption = ({ key: pressed }, { found, draft }) =>
  pressed === "Tab" || (pressed === "Enter" && (active > 0 || !found.some((one) => one.typed === spoken(draft.text))));

async function send(event, box) {
  event.preventDefault();
  const text = (state.drafts.get(box.place)?.text ?? "").trim();
  if (!text || state.busy.has(box.place)) return;
  keep(box, "");
  const answer = await act("write", { in: box.view.open.id, thread: box.thread, text }, box.place);
  if (!answer.error || state.drafts.get(box.place)?.text) return;
  state.notice = "";
  keep(box, text, answer.error);
}
