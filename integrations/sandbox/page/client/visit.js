/** The guided first visit: a panel that says what happens, does it for you, and takes you there. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { act, go } from "./link.js";
import { button } from "./menu.js";
import { say } from "./news.js";
import { set, state } from "./state.js";

const OURS = "tolbooth-visit";
let taken = "";

/** Whether this tab is the one being guided: another tab may be somebody else, and is left alone. */
const guided = () => sessionStorage.getItem(OURS) === "on";

function ask(what) {
  sessionStorage.setItem(OURS, what === "skip" ? "" : "on");
  state.visitHidden = false;
  act("visit", { go: what });
}

/** Whether the panel is closed, so that the top bar offers it instead. */
export const visitIsAway = ({ visit }) => visit.state === "skipped" || state.visitHidden;

/** Begin it again from the top bar. */
export const visitAgain = () => ask("again");

/** The panel. */
export function visitPanel(view) {
  const { visit } = view;
  if (visitIsAway(view)) return nothing;
  const going = visit.state === "on";
  return html`<section class="visit" aria-labelledby="visit-title">
    <div class="telling">
      <p class="caption">Guided visit${going ? ` · step ${visit.step} of ${visit.of}` : ""}</p>
      <h2 id="visit-title" tabindex="-1">${visit.title}</h2>
      <p>${visit.text}${visit.hint ? html` <span class="try">Or by hand: <code>${visit.hint}</code></span>` : nothing}</p>
    </div>
    ${going ? progress(visit) : nothing}
    <div class="doing">${going ? steps(visit) : visit.state === "offered" ? offer() : over()}</div>
  </section>`;
}

function progress(visit) {
  return html`<ol class="dots" aria-label="Steps">${visit.steps.map((one, place) => html`
    <li class="${one.done ? "done" : ""} ${place + 1 === visit.step ? "now" : ""}" aria-current=${place + 1 === visit.step ? "step" : nothing}
      title=${one.title}><span class="unseen">${one.title}${one.done ? ", done" : ""}</span></li>`)}</ol>`;
}

const press = (label, what, look) => button(label, () => ask(what), look, state.busy.has("visit"));
const steps = (visit) => html`${visit.deed ? press(visit.deed.label, "do", "primary") : nothing}
  ${press(visit.step === visit.of ? "Finish" : "Next", "next", visit.deed ? "" : "primary")}${press("Skip the Visit", "skip", "quiet")}`;
const offer = () => html`${press("Start the Visit", "start", "primary")}${press("Skip the Visit", "skip", "quiet")}`;
const over = () => html`${press("Visit Again", "again", "primary")}
  ${button("Close", () => set({ visitHidden: true }))}`;

/** The step in one line, for inside a form: the panel cannot be reached while one is open. */
export function visitLine({ visit }) {
  if (visit.state !== "on") return nothing;
  return html`<aside class="visit-line" aria-label="Guided visit"><p>${visit.text}</p>${visit.deed ? press(visit.deed.label, "do") : nothing}</aside>`;
}

/** After a redraw: at each new step, go where it happens and say so. */
export function followVisit({ visit, me, open, thread }) {
  const step = `${visit.state} ${visit.step} ${visit.title}`;
  if (step === taken) return;
  const first = !taken;
  taken = step;
  if (visit.state !== "on" || !guided()) return;
  if (!first) say(`Step ${visit.step} of ${visit.of}: ${visit.title}. ${visit.text}`);
  set(visit.network ? { network: visit.network, pane: "public" } : { pane: "desk" });
  const as = visit.as || me.id;
  const where = visit.in || (as === me.id ? open.id : "");
  if ((visit.as || visit.in) && (as !== me.id || where !== open.id || (visit.thread ?? "") !== (thread?.parent.ts ?? ""))) {
    go({ as, ...(where ? { in: where } : {}), thread: visit.thread ?? "" });
  }
}
