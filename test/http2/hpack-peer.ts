import { once } from "node:events";
import http2, { type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { type Duplex, duplexPair } from "node:stream";
import type { Fields } from "../../src/http2/port.js";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADERS = 1;
const SETTINGS = 4;
const ACK = 0x1;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Node's own HTTP/2 server, and the bare octets that go to it and come from it: its HPACK against ours, both ways. */
export class HpackPeer {
  readonly #wire: Duplex;
  readonly #session: ServerHttp2Session;
  #received = Buffer.alloc(0);
  #stream = -1;

  private constructor() {
    const [ours, theirs] = duplexPair();
    this.#wire = ours;
    ours.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    this.#session = http2.performServerHandshake(theirs);
    this.#wire.write(Buffer.concat([Buffer.from(PREFACE), frame(SETTINGS, 0, 0, Buffer.alloc(0))]));
  }

  /** Resolves when the server's first SETTINGS are read and acknowledged. */
  static async open(): Promise<HpackPeer> {
    const peer = new HpackPeer();
    await peer.#acknowledge();
    return peer;
  }

  /** Our SETTINGS_HEADER_TABLE_SIZE, in force once this resolves. */
  async limitTable(size: number): Promise<void> {
    const setting = Buffer.alloc(6);
    setting.writeUInt16BE(1, 0);
    setting.writeUInt32BE(size, 2);
    const changed = once(this.#session, "remoteSettings");
    this.#wire.write(frame(SETTINGS, 0, 0, setting));
    await changed;
  }

  /** Changes what the server allows our encoder; resolves when it has said so. */
  async allowTable(size: number): Promise<void> {
    this.#session.settings({ headerTableSize: size });
    await this.#acknowledge();
  }

  /** Sends one request; resolves with what Node read, and the block that it answered with. */
  async exchange(request: string, answer: http2.OutgoingHttpHeaders): Promise<{ read: Fields; block: Buffer }> {
    this.#stream += 2;
    const id = this.#stream;
    const opened = once(this.#session, "stream") as Promise<[ServerHttp2Stream, unknown, number, string[]]>;
    this.#wire.write(frame(HEADERS, END_HEADERS | END_STREAM, id, Buffer.from(request, "latin1")));
    const [stream, , , raw] = await opened;
    const read = Array.from(
      { length: raw.length / 2 },
      (_, n) => [raw[2 * n] as string, raw[2 * n + 1] as string] as const,
    );
    stream.respond(answer, { endStream: true });
    const block = await this.#frame((type, on) => type === HEADERS && on === id);
    return { read, block };
  }

  close(): void {
    this.#session.destroy();
    this.#wire.destroy();
  }

  async #acknowledge(): Promise<void> {
    await this.#frame((type, _, flags) => type === SETTINGS && (flags & ACK) === 0);
    const heard = once(this.#session, "localSettings");
    this.#wire.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
    await heard;
  }

  /** The payload of the next such frame; those before it are dropped. */
  async #frame(wanted: (type: number, stream: number, flags: number) => boolean): Promise<Buffer> {
    for (;;) {
      while (this.#received.length >= 9) {
        const length = this.#received.readUIntBE(0, 3);
        if (this.#received.length < 9 + length) break;
        const head = this.#received;
        this.#received = head.subarray(9 + length);
        if (wanted(head[3] as number, head.readUInt32BE(5), head[4] as number)) return head.subarray(9, 9 + length);
      }
      await once(this.#wire, "data");
    }
  }
}
