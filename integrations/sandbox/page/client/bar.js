/** The top bar: whose town it is, its clock, and days to play. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { act } from "./link.js";
import { button, menu } from "./menu.js";
import { set, state } from "./state.js";
import { visitAgain, visitIsAway } from "./visit.js";

/** The bar. */
export function bar(view) {
  return html`<header class="top"><div class="bar">
    <div class="brand"><img src="/client/pictures/tolbooth.svg" alt="" width="28" height="28">
      <h1>Tolbooth <span class="of">${view.organisation}</span></h1></div>
    <div class="clock" role="group" aria-label="The practice clock">
      <time datetime=${view.now}>${view.clock}</time>
      ${button("+15 min", () => act("pass", { minutes: 15 }))}
      ${button("+1 h", () => act("pass", { minutes: 60 }, "hour"))}
      ${button("Next morning", () => act("pass", { until: "morning" }, "morning"))}
    </div>
    ${play(view)}
    ${visitIsAway(view) ? button("Guided Visit", visitAgain) : nothing}
    </div><p class="practice"><span aria-hidden="true">●</span> Practice: nothing here reaches the outside</p></header>`;
}

function play({ play: now, scenarios }) {
  const going = now.state === "playing" || now.state === "paused";
  const speed = going ? now.speed : state.speed;
  const faster = (to) => (set({ speed: to }), going && act("speed", { speed: to }));
  const items = scenarios.map((one) => ({
    label: one.name, about: `${one.about} (${one.posts} posts)`,
    go: () => act("play", { scenario: one.id, speed }),
  }));
  return html`<div class="play" role="group" aria-label="Play a day">
    ${going ? progress(now) : menu("play", "▶ Play", items, { face: "▶ Play", look: "press" })}
    <label><span class="unseen">Speed</span><select @change=${({ target }) => faster(Number(target.value))}>
      ${now.speeds.map((one) => html`<option value=${one} ?selected=${one === speed}>× ${one}</option>`)}</select></label>
    ${now.trouble ? html`<p class="trouble">${now.trouble}</p>` : nothing}
  </div>`;
}

function progress(now) {
  const paused = now.state === "paused";
  return html`<span class="playing"><span class="small" id="playing">${now.name} · ${now.done} of ${now.of}</span>
      <progress max=${now.of || 1} value=${now.done} aria-labelledby="playing"></progress></span>
    ${button(paused ? "Resume" : "Pause", () => act(paused ? "resume" : "pause"))}${button("Stop", () => act("stop"))}`;
}
