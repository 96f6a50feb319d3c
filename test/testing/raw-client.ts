import { connect } from "node:tls";

const TYPES = { data: 0, headers: 1, rstStream: 3, settings: 4, ping: 6, goaway: 7 } as const;
const ACK = 0x1;
const END_STREAM_AND_HEADERS = 0x5;

/** A client that writes its own frames, and does what no HTTP/2 library lets a client do. */
export async function rawClient(origin: string, ca: string) {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ["h2"], servername: "localhost" });
  await new Promise(resolve => socket.once("secureConnect", resolve));
  socket.on("error", () => {});

  const write = (type: number, flags: number, streamId: number, payload = Buffer.alloc(0)) => {
    const header = Buffer.alloc(9);
    header.writeUIntBE(payload.length, 0, 3);
    header.writeUInt8(type, 3);
    header.writeUInt8(flags, 4);
    header.writeUInt32BE(streamId, 5);
    socket.write(Buffer.concat([header, payload]));
  };

  const arrived: number[] = [];
  let wake = () => {};
  let bytes = Buffer.alloc(0);
  socket.on("data", chunk => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 9 && bytes.length >= 9 + bytes.readUIntBE(0, 3)) {
      const end = 9 + bytes.readUIntBE(0, 3);
      const [type = 0, flags = 0] = [bytes[3], bytes[4]];
      if ((type === TYPES.ping || type === TYPES.settings) && !(flags & ACK)) {
        write(type, ACK, 0, type === TYPES.ping ? Buffer.from(bytes.subarray(9, end)) : undefined);
      }
      arrived.push(type);
      bytes = bytes.subarray(end);
    }
    wake();
  });

  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  write(TYPES.settings, 0, 0);

  return {
    /** A POST without body or further headers. */
    request(streamId: number, path: string) {
      const fields = Object.entries({
        ":method": "POST",
        ":scheme": "https",
        ":path": path,
        ":authority": "localhost",
      });
      const block = fields.map(([name, value]) => Buffer.concat([Buffer.of(0), text(name), text(value)]));
      write(TYPES.headers, END_STREAM_AND_HEADERS, streamId, Buffer.concat(block));
    },
    /** Waits for the next frame of that type. */
    async seen(type: keyof typeof TYPES) {
      for (;;) {
        const index = arrived.indexOf(TYPES[type]);
        if (index >= 0) return void arrived.splice(0, index + 1);
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    },
    destroy: () => void socket.destroy(),
  };
}

/** HPACK: a literal, not indexed, not Huffman coded. */
const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
