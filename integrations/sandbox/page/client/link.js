/** The way to the server: one stream of views in, one POST out for each deed. */
import { address, redraw, set, state, writeAddress } from "./state.js";
import { say, tell } from "./news.js";

const AGAIN_AFTER = 1500;
let stream = null;
let again = 0;

/** Open the stream for whoever and wherever we are now, closing the one before. */
export function listen() {
  stream?.close();
  clearTimeout(again);
  const mine = new EventSource(`/events?${address()}`);
  stream = mine;
  mine.addEventListener("open", () => set({ down: false }));
  mine.addEventListener("view", (event) => mine === stream && arrived(JSON.parse(event.data)));
  mine.addEventListener("error", () => mine === stream && broken());
}

/** The server is gone, or was away for a moment. */
function broken() {
  stream.close();
  if (!state.down) say("The demo has stopped.");
  set({ down: true });
  again = setTimeout(listen, AGAIN_AFTER);
}

/** A new view: the server has the last word on who and where we are. */
function arrived(view) {
  const before = state.view;
  keepOlder(before, view);
  const where = { as: view.me.id, in: view.open.id, thread: view.thread?.parent.ts ?? "", engage: view.engage?.open ?? "" };
  Object.assign(state, { view, down: false, ...where });
  state.last.set(view.me.id, view.open.id);
  writeAddress();
  tell(before, view);
  redraw();
}

/** While older messages are shown, those that fall out of the window join them. */
function keepOlder(before, view) {
  const place = `${view.me.id} ${view.open.id}`;
  if (state.older.of !== place) state.older = { of: place, messages: [], earlier: 0 };
  if (!state.older.messages.length || before?.open.id !== view.open.id) return;
  const first = before.open.messages.findIndex((message) => message.id === view.open.messages[0]?.id);
  if (first > 0) state.older.messages.push(...before.open.messages.slice(0, first));
}

/** Fetch the messages before the first one shown. */
export async function fetchOlder() {
  const { view, older } = state;
  const before = (older.messages[0] ?? view.open.messages[0]).id;
  const more = await fetch(`/view?${new URLSearchParams({ as: view.me.id, in: view.open.id, before })}`).then((one) => one.json())
    .catch(() => ({}));
  if (!more.messages) return trouble(more.error ?? "The earlier messages could not be fetched.");
  older.messages.unshift(...more.messages);
  older.earlier = more.earlier;
  say(`${more.messages.length} earlier messages`);
  redraw();
}

/** Be somebody, somewhere. What is left out stays as it is; a thread does not. */
export function go(where) {
  const next = { as: state.as, in: state.in, thread: "", ...where };
  const same = state.view?.open.kind === "direct" ? "" : state.in;
  if (next.as !== state.as && !where.in) next.in = state.last.get(next.as) ?? same;
  if (next.in !== state.in || next.as !== state.as) next.tab = "messages";
  Object.assign(state, next, { drawer: false, menu: "" });
  writeAddress();
  listen();
  redraw();
}

/** Do one thing as whoever we are, once at a time for each `key`. Gives the answer; what failed is shown and said. */
export async function act(name, body = {}, key = name) {
  if (state.busy.has(key)) return { error: "" };
  state.busy.add(key);
  set({ notice: "" });
  const answer = await sent(name, body);
  state.busy.delete(key);
  if (answer.error) trouble(answer.error);
  redraw();
  return answer;
}

/** Do one thing without a word about it; gives the answer, or what failed. */
export function sent(name, body) {
  const how = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ as: state.view.me.id, ...body }) };
  return fetch(`/do/${name}`, how).then((one) => one.json()).catch(() => ({ error: "The demo did not answer. Is it still running?" }));
}

/** Show and say a sentence. */
export const trouble = (sentence) => (set({ notice: sentence }), say(sentence));
