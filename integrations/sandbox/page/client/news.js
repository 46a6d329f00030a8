/** What is said aloud: new cards, pings and outcomes, briefly, never each redraw. */
import { plain } from "./text.js";

const [GATHER, LONGEST, MOST] = [600, 160, 3];
let waiting = [];
let timer = 0;

/** Say a sentence to whoever listens rather than looks. */
export function say(sentence) {
  waiting.push(sentence);
  timer ||= setTimeout(speak, GATHER);
}

function speak() {
  timer = 0;
  const left = waiting.length - MOST;
  const region = document.getElementById("news");
  region.textContent = waiting.slice(0, MOST).join(" ") + (left > 0 ? ` And ${left} more.` : "");
  waiting = [];
}

/** Say what is new in a view. */
export function tell(before, view) {
  if (!before) return;
  if (before.me.id !== view.me.id || before.open.id !== view.open.id) {
    say(`You are ${view.me.name}, ${view.me.role}. ${view.open.name}.`);
    return;
  }
  tellMessages(before.open.messages, view.open.messages, view);
  if (view.thread && before.thread?.parent.id === view.thread.parent.id) {
    tellMessages(before.thread.messages, view.thread.messages, view);
  }
  if (view.engage && before.engage?.open === view.engage.open) {
    const [then, now] = [before, view].map(({ engage }) => engage.threads.flatMap((one) => one.messages));
    tellMessages(then, now, view);
  }
  tellPings(before, view);
  if (view.play.trouble && view.play.trouble !== before.play.trouble) say(`${view.play.trouble}.`);
  if (view.play.state !== before.play.state && view.play.state !== "idle") say(`${view.play.name}: ${view.play.state}.`);
}

function tellMessages(before, now, view) {
  const known = new Set(before.map((message) => message.id));
  const fresh = now.filter((message) => !known.has(message.id) && message.user.id !== view.me.id);
  if (fresh.length > 2) say(`${fresh.length} new messages.`);
  else for (const message of fresh) say(`${message.private ? "Only you: " : ""}${message.user.name}: ${heard(message, view)}`);
}

const heard = ({ text }, { names }) => plain(text, names).replace(/\s+/g, " ").slice(0, LONGEST);

function tellPings(before, view) {
  const known = new Set([view.open.id, ...before.conversations.filter((one) => one.pinged).map((one) => one.id)]);
  for (const one of view.conversations) if (one.pinged && !known.has(one.id)) say(`You are named in ${one.name}.`);
}
