/** What this tab knows and has not yet sent; every change asks for one redraw on the next frame. */

export const state = {
  as: "", in: "", thread: "", view: null, down: false,
  tab: "messages", menu: "", notice: "", pane: "desk", drawer: false, network: "", speed: 60, visitHidden: false,
  asking: null, writing: null, older: { of: "", messages: [], earlier: 0 },
  drafts: new Map(), busy: new Set(), last: new Map(),
};

const narrow = matchMedia("(max-width: 899px)");
const tabbed = matchMedia("(max-width: 1179px)");
let draw = () => {};
let due = false;

/** Whether one pane is shown at a time; whether the networks are tabs rather than columns. */
export const isNarrow = () => narrow.matches;
export const isTabbed = () => tabbed.matches;

/** Say what draws the page. */
export function drawWith(drawing) {
  draw = drawing;
  for (const width of [narrow, tabbed]) width.addEventListener("change", redraw);
}

/** Draw on the next frame, however often it is asked for until then. */
export function redraw() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    draw();
  });
}

/** Change some of the state and redraw. */
export const set = (changes) => (Object.assign(state, changes), redraw());

/** Who, where and in which thread, as the address says it: two tabs can be two people. */
export function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const name of ["as", "in", "thread"]) state[name] = asked.get(name) ?? "";
}

/** Put who and where into the address. */
export function writeAddress() {
  const parts = ["as", "in", "thread"].filter((name) => state[name]).map((name) => [name, state[name]]);
  history.replaceState(null, "", `#${new URLSearchParams(parts)}`);
}
