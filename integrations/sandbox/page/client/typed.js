/** What the bot is told while a form is open: letters as they are typed, and files. */
import { act, sent } from "./link.js";
import { state } from "./state.js";

const waiting = new Map();
const names = new Map();

/** Tell of what a field holds now, where the field says so: one call at a time, the newest last. Nothing waits for it. */
export async function tellOf(view, block, values) {
  const key = `type ${view} ${block.block_id}`;
  if (!block.dispatch_action) return;
  waiting.set(key, values);
  if (state.busy.has(key)) return;
  state.busy.add(key);
  for (let newest = waiting.get(key); newest; newest = waiting.get(key)) {
    waiting.delete(key);
    await sent("type", { view, block_id: block.block_id, values: newest });
  }
  state.busy.delete(key);
}

/** Put files into Slack, one after the other; the ids of those that arrived. */
export async function upload(files) {
  const ids = [];
  for (const file of files) {
    const answer = await act("upload", { name: file.name, content: await base64(file) }, `upload ${file.name}`);
    if (answer.file) ids.push(named(answer.file, file.name));
  }
  return ids;
}

/** A file's id, whose name is remembered; and the name again. */
export const named = (id, name) => (names.set(id, name), id);
export const nameOf = (id) => names.get(id) ?? id;

const base64 = (file) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result.split(",")[1] ?? ""));
  reader.addEventListener("error", () => failed(reader.error));
  reader.readAsDataURL(file);
});
