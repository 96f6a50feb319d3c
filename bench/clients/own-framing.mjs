import { randomUUID } from "node:crypto";
import { connect } from "node:tls";
import { providerToken } from "./provider-token.mjs";
import { TOPIC } from "./push.mjs";

/**
 * HTTP/2 by hand, for just this request: a prototype for a figure, not part of the package. It shows what the frames of a push
 * cost when nothing else is done. It believes what the other side says, counts on the usual 4096 bytes for its headers over there,
 * and reads nothing of an answer but its status.
 */
export async function open(target) {
  const { host, hostname, port } = new URL(target.origin);
  const socket = connect({ host: hostname, port: Number(port || 443), ALPNProtocols: ["h2"] }).setNoDelay();
  const connection = new Connection(socket, [
    // Each with the name's number in HPACK's static table, or with the name.
    `\x41${text(host)}`,
    `\x57${text(`bearer ${providerToken(target)}`)}`,
    `\x40${text("apns-topic")}${text(TOPIC)}`,
    `\x40${text("apns-push-type")}${text("voip")}`,
    `\x40${text("apns-priority")}${text("10")}`,
    `\x40${text("apns-expiration")}${text("0")}`,
  ]);
  await new Promise((resolve, reject) => {
    connection.ready = resolve;
    socket.once("error", reject);
  });
  return {
    send: (deviceToken, payload) =>
      new Promise(resolve => connection.send(`/3/device/${deviceToken}`, JSON.stringify(payload), resolve)),
    close: () => new Promise(resolve => socket.once("close", resolve).end()),
  };
}

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const [DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE] = [0, 1, 3, 4, 6, 7, 8];
const [END_STREAM, ACK, END_HEADERS, PADDED, PRIORITY] = [1, 1, 4, 8, 32];
const [MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE] = [3, 4];
/** HEADER_TABLE_SIZE 0, so that answers refer to nothing that came before them, and ENABLE_PUSH 0. */
const OUR_SETTINGS = Buffer.from([0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
const LARGEST_FRAME = 16_384;
const WINDOW = 65_535;
const NOTHING = Buffer.alloc(0);

class Connection {
  #socket;
  #first;
  #later;
  /** Frames of this turn of the event loop. */
  #frames = [];
  #unread = NOTHING;
  #nextId = 1;
  #streams = new Map();
  /** Pushes for which there is no stream yet, and streams whose body waits for a window. */
  #waiting = [];
  #blocked = new Map();
  #window = WINDOW;
  #streamWindow = WINDOW;
  #maxStreams = Number.POSITIVE_INFINITY;
  #received = 0;
  #leaving = false;

  constructor(socket, fixed) {
    this.#socket = socket;
    // The first push puts these fields into the server's table: the last of them has index 62 then, the one before it
    // 63.
    this.#first = fixed.join("");
    this.#later = fixed.map((_, place) => String.fromCharCode(0x80 | (61 + fixed.length - place))).join("");
    socket.on("data", chunk => this.#read(chunk)).on("close", () => this.#lose(0));
    socket.write(PREFACE);
    this.#frame(SETTINGS, 0, 0, OUR_SETTINGS);
  }

  send(path, body, resolve) {
    if (this.#leaving) resolve(false);
    else if (this.#streams.size >= this.#maxStreams) this.#waiting.push([path, body, resolve]);
    else this.#start(path, body, resolve);
  }

  // --- what leaves

  #start(path, body, resolve) {
    const id = this.#nextId;
    this.#nextId += 2;
    // :method POST and :scheme https from the static table, the fields that stay from the dynamic one; between them what
    // differs each time, which no table is to hold.
    const fixed = id === 1 ? this.#first : this.#later;
    const headers = `\x83\x87\x04${text(path)}${fixed}\x00${text("apns-id")}${text(randomUUID())}`;
    this.#frame(HEADERS, END_HEADERS, id, Buffer.from(headers, "latin1"));
    const stream = { id, resolve, status: 0, window: this.#streamWindow, rest: Buffer.from(body) };
    this.#streams.set(id, stream);
    this.#sendBody(stream);
  }

  #sendBody(stream) {
    const { id, rest } = stream;
    const length = Math.min(rest.length, LARGEST_FRAME, this.#window, stream.window);
    if (length <= 0) return this.#blocked.set(id, stream);
    this.#window -= length;
    stream.window -= length;
    if (length === rest.length) {
      this.#blocked.delete(id);
      return this.#frame(DATA, END_STREAM, id, rest);
    }
    stream.rest = rest.subarray(length);
    this.#frame(DATA, 0, id, rest.subarray(0, length));
    this.#sendBody(stream);
  }

  #frame(type, flags, id, payload) {
    const header = Buffer.allocUnsafe(9);
    header.writeUIntBE(payload.length, 0, 3);
    header[3] = type;
    header[4] = flags;
    header.writeUInt32BE(id, 5);
    if (this.#frames.length === 0) setImmediate(() => this.#flush());
    this.#frames.push(header, payload);
  }

  /** All frames of one turn of the event loop are one write. */
  #flush() {
    if (this.#socket.writable) this.#socket.write(Buffer.concat(this.#frames));
    this.#frames = [];
  }

  // --- what arrives

  #read(chunk) {
    const bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    let at = 0;
    while (at + 9 <= bytes.length) {
      const end = at + 9 + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      const id = bytes.readUInt32BE(at + 5) & 0x7fffffff;
      this.#take(bytes[at + 3], bytes[at + 4], this.#streams.get(id), bytes.subarray(at + 9, end), id);
      at = end;
    }
    this.#unread = bytes.subarray(at);
  }

  #take(type, flags, stream, payload, id) {
    if (type === HEADERS) this.#takeHeaders(flags, stream, payload);
    else if (type === DATA) this.#takeData(flags, stream, payload);
    else if (type === RST_STREAM) this.#end(stream, false);
    else if (type === WINDOW_UPDATE) this.#widen(id, stream, payload.readUInt32BE(0));
    else if (type === GOAWAY) this.#lose(payload.readUInt32BE(0) & 0x7fffffff);
    else if (type === PING && !(flags & ACK)) this.#frame(PING, ACK, 0, payload);
    else if (type === SETTINGS && !(flags & ACK)) this.#takeSettings(payload);
  }

  #takeHeaders(flags, stream, payload) {
    // Apple's answers fit in one frame; CONTINUATION is beyond this prototype.
    if (!(flags & END_HEADERS)) return this.#socket.destroy();
    if (stream === undefined) return;
    const from = (flags & PADDED ? 1 : 0) + (flags & PRIORITY ? 5 : 0);
    // Trailers are not read; an informational answer is followed by the final one.
    if (stream.status < 200) stream.status = statusOf(payload.subarray(from));
    if (flags & END_STREAM) this.#end(stream, stream.status === 200);
  }

  #takeData(flags, stream, payload) {
    this.#received += payload.length;
    if (this.#received > WINDOW / 2) {
      const increment = Buffer.alloc(4);
      increment.writeUInt32BE(this.#received);
      this.#frame(WINDOW_UPDATE, 0, 0, increment);
      this.#received = 0;
    }
    if (flags & END_STREAM) this.#end(stream, stream?.status === 200);
  }

  #takeSettings(payload) {
    for (let at = 0; at < payload.length; at += 6) {
      const [setting, value] = [payload.readUInt16BE(at), payload.readUInt32BE(at + 2)];
      if (setting === MAX_CONCURRENT_STREAMS) this.#maxStreams = value;
      if (setting !== INITIAL_WINDOW_SIZE) continue;
      for (const stream of this.#streams.values()) stream.window += value - this.#streamWindow;
      this.#streamWindow = value;
    }
    this.#frame(SETTINGS, ACK, 0, NOTHING);
    for (const stream of this.#blocked.values()) this.#sendBody(stream);
    this.ready();
  }

  /** The window of one stream, or of the connection. */
  #widen(id, stream, increment) {
    if (id === 0) this.#window += increment;
    else if (stream !== undefined) stream.window += increment;
    for (const blocked of this.#blocked.values()) this.#sendBody(blocked);
  }

  #end(stream, accepted) {
    if (stream === undefined) return;
    this.#streams.delete(stream.id);
    this.#blocked.delete(stream.id);
    stream.resolve(accepted);
    if (this.#waiting.length > 0) this.send(...this.#waiting.shift());
  }

  /** Sends nothing new, and ends the streams that the other side will not process. */
  #lose(lastId) {
    this.#leaving = true;
    for (const [, , resolve] of this.#waiting.splice(0)) resolve(false);
    for (const stream of this.#streams.values()) if (stream.id > lastId) this.#end(stream, false);
  }
}

/** A text as HPACK has it, of ASCII and without Huffman's code: its length, then itself. */
function text(value) {
  let rest = value.length - 127;
  if (rest < 0) return String.fromCharCode(value.length) + value;
  let length = "\x7f";
  for (; rest > 127; rest >>= 7) length += String.fromCharCode((rest & 127) | 128);
  return length + String.fromCharCode(rest) + value;
}

const STATUSES = [200, 204, 206, 304, 400, 404, 500];

/** The status of an answer: its first field, after the notice that a table of no size is in use. 0 when it cannot be read. */
function statusOf(block) {
  const at = block[0] === 0x20 ? 1 : 0;
  if (block[at] & 0x80) return STATUSES[(block[at] & 0x7f) - 8] ?? 0;
  const value = block.subarray(at + 2, at + 2 + (block[at + 1] & 0x7f));
  return Number(block[at + 1] & 0x80 ? digits(value) : value.toString("latin1")) || 0;
}

/** Digits in Huffman's code: 0 to 2 have five bits, 3 to 9 have six. */
function digits(bytes) {
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, "0")).join("");
  return bits.replace(/000(..)|011(...)|1+$/g, (_, short, long) =>
    short ? Number.parseInt(short, 2) : long ? Number.parseInt(long, 2) + 2 : "",
  );
}
