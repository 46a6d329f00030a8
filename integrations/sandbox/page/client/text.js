/** Words as templates: rich text, Slack's markup, dates. Nobody's words are ever read as HTML. */
import { html, nothing } from "./vendor/lit-html/lit-html.js";

const ZONE = "Europe/London";
const DAY = 86_400_000;
const FORMS = {
  date_num: { day: "2-digit", month: "2-digit", year: "numeric" }, date: { dateStyle: "long" },
  date_short: { day: "numeric", month: "short" }, date_long: { dateStyle: "full" },
  time: { timeStyle: "short" }, time_secs: { timeStyle: "medium" },
};
const EMOJI = {
  wave: "👋", warning: "⚠️", white_check_mark: "✅", tada: "🎉", eyes: "👀", thumbsup: "👍", "+1": "👍", bell: "🔔",
  snowflake: "❄️", rotating_light: "🚨", heart: "❤️", smile: "😄", traffic_light: "🚥", lock: "🔒", x: "❌",
};
const SPAN = /<([^<>\n]+)>|`([^`\n]+)`|(?<![\w*_~`])([*_~])(?=\S)([^\n]*?\S)\3(?![\w*_~`])|:([a-z0-9_+-]+):/;
const written = new Map();
const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

function inForm(moment, form) {
  if (!written.has(form)) written.set(form, new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, ...FORMS[form] }));
  return written.get(form).format(moment);
}

/** A moment in Slack's date format, as the town's clock and zone see it. */
export function dated(seconds, format, context) {
  const moment = new Date(seconds * 1000);
  const now = context.now ? new Date(context.now) : new Date();
  if (isNaN(moment)) return "";
  const near = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
  return format.replace(/\{(\w+?)(_pretty)?\}/g, (all, form, pretty) => {
    if (form === "ago") return `${Math.max(0, Math.round((now - moment) / 60_000))} minutes ago`;
    if (!FORMS[form]) return all;
    const days = pretty && Math.round((dayOf(moment) - dayOf(now)) / DAY);
    return (pretty && near[days]) || inForm(moment, form);
  });
}

const dayOf = (moment) => Date.parse(inForm(moment, "date_num").split("/").reverse().join("-"));

/** A name that would notify; it stands out when it is me. */
const ping = (id, context) =>
  html`<span class="ping ${id === context.me ? "me" : ""}"><bdi>${context.names?.[id] ?? id}</bdi></span>`;

/** A link: it is never followed, only shown or said. What is no web address is words. */
export function link(url, label, context) {
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return label || url;
  const stop = (event) => {
    event.preventDefault();
    if (event.type === "click" || event.button === 1) context.follow?.(url);
  };
  return html`<a href=${url} rel="noreferrer noopener" dir="auto" @click=${stop} @auxclick=${stop}>${label || url}</a>`;
}

const emoji = ({ name, unicode }) =>
  unicode ? String.fromCodePoint(...unicode.split("-").map((part) => parseInt(part, 16))) : EMOJI[name] ?? `:${name}:`;

/** Marks around a piece: bold and so on. */
function styled(piece, style = {}) {
  if (style.code) piece = html`<code>${piece}</code>`;
  if (style.strike) piece = html`<s>${piece}</s>`;
  if (style.italic) piece = html`<em>${piece}</em>`;
  return style.bold ? html`<strong>${piece}</strong>` : piece;
}

/** One element of a rich_text block. */
export function rich(element, context) {
  const inner = () => (element.elements ?? []).map((one) => rich(one, context));
  switch (element.type) {
    case "text": return styled(element.text, element.style);
    case "link": return styled(link(element.url, element.text, context), element.style);
    case "user":
    case "channel":
    case "usergroup": return ping(element[`${element.type}_id`], context);
    case "broadcast": return html`<span class="ping me">@${element.range}</span>`;
    case "emoji": return emoji(element);
    case "date": return styled(dated(element.timestamp, element.format ?? "{date_short_pretty}", context), element.style);
    case "rich_text_section": return html`<div class="words" dir="auto">${inner()}</div>`;
    case "rich_text_quote": return html`<blockquote class="words" dir="auto">${inner()}</blockquote>`;
    case "rich_text_preformatted": return html`<pre class="words" dir="auto" tabindex="0">${inner()}</pre>`;
    case "rich_text_list": return list(inner(), element);
    default: return element.text ?? nothing;
  }
}

function list(items, { style, indent = 0, offset = 0 }) {
  const [lines, depth] = [items.map((item) => html`<li>${item}</li>`), `indent-${Math.min(indent, 3)}`];
  return style === "ordered" ? html`<ol class=${depth} start=${offset + 1}>${lines}</ol>` : html`<ul class=${depth}>${lines}</ul>`;
}

/** A text object: Slack's markup, or plain words. */
export function words(text, context) {
  if (!text) return nothing;
  return text.type === "mrkdwn" ? mrkdwn(text.text ?? "", context) : text.text ?? text;
}

/** Slack's markup: quotes, code, pings, links, dates and marks. */
export function mrkdwn(text, context) {
  return text.split("```").map((part, place) => {
    if (place % 2) return html`<pre class="words" dir="auto" tabindex="0">${unescape(part.replace(/^\n|\n$/g, ""))}</pre>`;
    return quotes(part.replace(place ? /^\n/ : /^$/, ""), context);
  });
}

function quotes(text, context) {
  const runs = [];
  for (const line of text.split("\n")) {
    const [, mark = "", rest] = /^((?:&gt;|>)\s?)?(.*)$/.exec(line);
    if (!runs.length || !runs.at(-1).mark !== !mark) runs.push({ mark, text: rest });
    else runs.at(-1).text += `\n${rest}`;
  }
  return runs.map(({ mark, text: run }) =>
    mark ? html`<blockquote class="words" dir="auto">${spans(run, context)}</blockquote>` : spans(run, context));
}

function spans(text, context) {
  const parts = [];
  for (let found; (found = SPAN.exec(text)); text = text.slice(found.index + found[0].length)) {
    parts.push(unescape(text.slice(0, found.index)), span(found, context));
  }
  return [...parts, unescape(text)];
}

function span([whole, token, code, mark, marked, name], context) {
  if (token) return tokenOf(token, context);
  if (code) return html`<code>${unescape(code)}</code>`;
  if (name) return EMOJI[name] ?? whole;
  return styled(spans(marked, context), { bold: mark === "*", italic: mark === "_", strike: mark === "~" });
}

function tokenOf(token, context) {
  const [target, label = ""] = token.split(/\|(.*)/s);
  const [kind, id, format] = target.split("^");
  if (kind === "!date") return dated(Number(id), format ?? "", context) || label;
  if (kind === "!subteam") return ping(id, context);
  if (/^[@#]/.test(target)) return ping(target.slice(1), context);
  if (target.startsWith("!")) return html`<span class="ping me">@${target.slice(1)}</span>`;
  return link(unescape(target), unescape(label), context);
}

/** Slack's markup as somebody would read it out. */
export function plain(text, names = {}) {
  return unescape((text ?? "").replace(/<([^<>\n]+)>/g, (all, token) => {
    const [target, label = ""] = token.split(/\|(.*)/s);
    return label || names[target.replace(/^([@#]|!subteam\^)/, "")] || target;
  }));
}

/** The `markdown` block's own dialect, put into Slack's as far as a bot needs it. */
export function markdown(text, context) {
  const escaped = (text ?? "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/(?!^)>/gm, "&gt;");
  const marked = escaped.replace(/\*\*(?=\S)(.+?)\*\*|^#{1,6} (.+)$/gm, "*$1$2*").replace(/^[-*] /gm, "• ").replace(/~~(.+?)~~/g, "~$1~");
  return html`<div class="words" dir="auto">${mrkdwn(marked.replace(/\[([^\]\n|]+)\]\((https?:[^)\s|]+)\)/g, "<$2|$1>"), context)}</div>`;
}
