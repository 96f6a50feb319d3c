import { fileURLToPath } from "node:url";
import { entries } from "../../entries.config.ts";
import { eventsOf, type Shape, shapesOf, tableRows } from "./read.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const at = (file: string) => `${root}${file}`;
const WANTED = /(?:Options|Request|Registration|Tokens)$/;

const HEAD = `# Reference

Every option, event and error, with unit, default and bounds, as the doc comments in the declarations have them: an editor shows
the same. Functions, and examples of them, are in the [README](../README.md) and the guides. This page is made from the source.`;

/** The whole page. */
export function referencePage(): string {
  const seen = new Set<string>();
  const parts = Object.entries(entries()).flatMap(([door, source]) => {
    const shapes = shapesOf(at(source), WANTED).filter(({ name }) => !seen.has(name));
    for (const { name } of shapes) seen.add(name);
    return shapes.length === 0 ? [] : [`## \`${door}\``, ...shapes.map(shapePart)];
  });
  return `${[HEAD, ...parts, ...eventParts(), ...errorParts()].join("\n\n")}\n`;
}

function shapePart({ name, doc, also, members }: Shape): string {
  const rows = members.map(({ name: key, type, doc: text }) => `| \`${key}\` | ${code(type)} | ${cell(text)} |`);
  const more = also.length === 0 ? [] : [`And the keys of ${also.map(other => `\`${other}\``).join(", ")}.`];
  return [
    `### \`${name}\``,
    ...(doc === "" ? [] : [doc]),
    ["| Key | Type | |", "| --- | --- | --- |", ...rows].join("\n"),
    ...more,
  ].join("\n\n");
}

function eventParts(): string[] {
  const rows = eventsOf(at("src/events.ts")).map(
    ({ type, doc, fields }) => `| \`${type}\` | ${fields.map(field => `\`${field}\``).join(", ")} | ${cell(doc)} |`,
  );
  return [
    "## Events",
    "What `onEvent` gets, and subscribers of the diagnostics channel `apns-voip`. `tokenPrefix` is the first 12 characters and `...`.",
    ["| `type` | Holds | |", "| --- | --- | --- |", ...rows].join("\n"),
  ];
}

function errorParts(): string[] {
  return [
    "## Error codes",
    "`error.code` of an `ApnsVoipError`; `isApnsVoipError(error)` knows one. What to do about each is in [reasons](reasons.md).",
    ["| Code | What happened |", "| --- | --- |", ...tableRows(at("src/errors.ts"))].join("\n"),
  ];
}

const cell = (text: string) => text.replaceAll("|", "\\|");
/** A long type is in the declarations; here it would push the text off the page. */
const code = (type: string) => (type.length > 90 ? "see its type" : `\`${cell(type)}\``);
