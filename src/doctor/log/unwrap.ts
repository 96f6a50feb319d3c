/** A line of a log without what a logger, a container or the system has put around it. */
export interface Unwrapped {
  readonly message: string;
  /** Milliseconds since the epoch, where the line has a time. */
  readonly at: number | undefined;
  /** The process that wrote the line, where it says so. A request that one process began is never ended by another. */
  readonly source: string | undefined;
  /** What stands in a line of JSON, where it is an object. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Where loggers keep the message: pino, winston, Docker, journald, Google Cloud, Logstash and others. */
const MESSAGE_FIELDS = ["msg", "message", "log", "MESSAGE", "textPayload", "@message", "text", "body"];
const TIME_FIELDS = ["time", "timestamp", "@timestamp", "ts", "date", "__REALTIME_TIMESTAMP"];
const SOURCE_FIELDS = ["container_name", "container_id", "_SYSTEMD_UNIT", "_PID", "hostname", "pid"];

/** Levels of JSON within JSON that are opened: a collector's, a container's, the logger's own, and one to spare. */
const DEEPEST = 4;

const ISO_TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:?\d\d)?/;
/** `Nov 23 10:00:00`, as journald and syslog write it: without a year. */
const SYSLOG_TIME = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d)(\.\d+)?(?= )/;

/** What Compose, Kubernetes (`--prefix`), journald and syslog write in front of a line; each names the process. */
const SOURCES = [
  /^(?<source>[\w./-]+) +\| /,
  /^\[(?<source>pod\/[^\]]+)\] /,
  /^(?:[A-Z][a-z]{2} +\d{1,2} [\d:.]+|\d{4}-\d\d-\d\dT[\d:.,+-]+Z?) (?<source>\S+ [^\s:[\]]+(?:\[\d+\])?): /,
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
const COLOURS = /\u001b\[[\d;]*m/g;

/** Takes a line out of its wrappings. */
export function unwrap(line: string): Unwrapped {
  return open(line.replaceAll(COLOURS, ""), { at: undefined, source: undefined }, DEEPEST);
}

function open(text: string, outer: Pick<Unwrapped, "at" | "source">, depth: number): Unwrapped {
  const brace = text.indexOf("{");
  const front = brace === -1 ? text : text.slice(0, brace);
  const source = outer.source ?? sourceIn(text);
  const fields = brace === -1 || depth === 0 ? undefined : jsonIn(text.slice(brace));
  if (fields === undefined) return { message: text, at: outer.at ?? timeIn(text), source };
  const at = timeOf(fields) ?? outer.at ?? timeIn(front);
  const known = { at, source: source ?? sourceOf(fields) };
  const message = MESSAGE_FIELDS.map(name => textOf(fields[name])).find(found => found !== undefined);
  if (message === undefined) return { message: "", ...known, fields };
  const inner = open(message.trimEnd(), known, depth - 1);
  return { ...inner, fields: inner.fields ?? fields };
}

function jsonIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** journald writes a message that is no plain ASCII as a list of bytes. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const isBytes = Array.isArray(value) && value.length > 0 && value.every(byte => Number.isInteger(byte));
  return isBytes ? Buffer.from(value).toString("utf8") : undefined;
}

function timeOf(fields: Readonly<Record<string, unknown>>): number | undefined {
  for (const name of TIME_FIELDS) {
    const value = fields[name];
    const number = typeof value === "number" || /^\d{10,}$/.test(String(value)) ? Number(value) : undefined;
    if (number !== undefined) return inMilliseconds(number);
    const time = typeof value === "string" ? timeIn(value) : undefined;
    if (time !== undefined) return time;
  }
  return undefined;
}

/** Seconds, milliseconds, microseconds and nanoseconds since the epoch are told apart by their size. */
function inMilliseconds(number: number): number {
  if (number < 1e11) return number * 1000;
  return number > 1e17 ? number / 1e6 : number > 1e14 ? number / 1000 : number;
}

function timeIn(text: string): number | undefined {
  const iso = ISO_TIME.exec(text)?.[0].replace(" ", "T").replace(",", ".");
  const syslog = iso === undefined ? SYSLOG_TIME.exec(text) : null;
  // In a leap year every day exists. The year does not matter among lines that have none.
  const shown = syslog === null ? iso : `${syslog[1]} ${syslog[2]} 2000 ${syslog[3]}${syslog[4] ?? ""}`;
  const time = shown === undefined ? Number.NaN : Date.parse(shown);
  return Number.isNaN(time) ? undefined : time;
}

function sourceIn(text: string): string | undefined {
  return SOURCES.map(pattern => pattern.exec(text)?.groups?.source).find(found => found !== undefined);
}

function sourceOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  const found = SOURCE_FIELDS.flatMap(name => (fields[name] === undefined ? [] : [String(fields[name])]));
  return found.length > 0 ? found.join(" ") : undefined;
}
