/** What a press does: ask first where the bot says so, tell the bot, and never leave the page for a link. */
import { act, go, trouble } from "./link.js";
import { set, state } from "./state.js";

/** What blocks need to know to draw and to act. `where` is {message} or {view}. */
export function contextOf(view, where, form = null) {
  const key = where.message ?? where.view;
  return {
    key, form, follow,
    names: view.names, now: view.now, me: view.me.id,
    press: (block, element, value) => press(where, block, element, { value, values: form?.values() }),
    isBusy: (block, element) => state.busy.has(`${key} ${block.block_id} ${element.action_id}`),
  };
}

async function press(where, block, element, filled) {
  if (element.confirm && !(await asked(element.confirm))) return;
  if (element.url) follow(element.url);
  const pressed = { ...where, block_id: block.block_id, action_id: element.action_id, ...filled };
  await act("press", pressed, `${where.message ?? where.view} ${block.block_id} ${element.action_id}`);
}

/** Ask before going on: true when they say yes. */
export function asked(question) {
  return new Promise((answer) => {
    set({ asking: { question, done: (yes) => answer(yes, set({ asking: null })) } });
  });
}

/** A link. If it leads to a post shown on the right, or to a conversation, go there; else say where it would lead. */
export function follow(url) {
  const last = URL.canParse(url) && new URL(url).pathname.split("/").filter(Boolean).at(-1);
  for (const network of state.view.networks) {
    if (network.threads.some(({ posts }) => posts.some((post) => post.id === last))) return show(network.id, last);
  }
  const [, place] = /\/archives\/(\w+)\/p\d+/.exec(url) ?? [];
  if (state.view.conversations.some((one) => one.id === place)) return go({ in: place });
  trouble(`In Slack this would open ${url}`);
}

function show(network, post) {
  set({ network, pane: "public" });
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const shown = document.getElementById(`post-${network}-${post}`);
    shown?.scrollIntoView({ block: "center" });
    shown?.focus();
  }));
}
