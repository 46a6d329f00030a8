/** What this tab knows and has not yet sent; every change asks for one redraw on the next frame. */

export const state = {
  as: "", in: "", thread: "", engage: "", view: null, down: false,
  tab: "messages", menu: "", notice: "", pane: "desk", drawer: false, network: "", speed: 60, visitHidden: false,
  asking: null, writing: null, older: { of: "", messages: [], earlier: 0 },
  drafts: new Map(), busy: new Set(), last: new Map(),
};

const narrow = matchMedia("(max-width: 899px)");
const tabbed = matchMedia("(max-width: 1179px)");
let draw = () => {};
let due = false;

/** Whether one pane is shown at a time; whether there are three side by side; whether networks are tabs rather than columns. */
export const isNarrow = () => narrow.matches;
export const isThree = () => Boolean(state.view?.engage) && !isNarrow();
export const isTabbed = () => tabbed.matches || isThree();

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

const WHERE = ["as", "in", "thread", "engage"];

/** Who, where, in which thread and in which community, as the address says it: two tabs can be two people. */
export function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const name of WHERE) state[name] = asked.get(name) ?? "";
}

/** The same as it is now. */
export const address = () => new URLSearchParams(WHERE.filter((name) => state[name]).map((name) => [name, state[name]]));
export const writeAddress = () => history.replaceState(null, "", `#${address()}`);
