import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface HttpProxy {
  readonly url: string;
  close(): void;
}

/** An HTTP proxy that connects through to whatever it is asked for. */
export async function startProxy(): Promise<HttpProxy> {
  const sockets = new Set<Socket>();
  const proxy = createServer();
  proxy.on("connect", ({ url }, socket: Socket) => {
    const { hostname, port } = new URL(`http://${url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket]) {
      sockets.add(end);
      end.on("error", () => {});
      end.on("close", () => [upstream, socket].map(other => other.destroy()));
    }
  });
  await new Promise<void>(resolve => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}
