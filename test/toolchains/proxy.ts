import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { makeAuthority } from "../../src/testing/http2/certificate.ts";

export interface HttpProxy {
  readonly url: string;
  /** PEM: whom to trust, where it is spoken to over TLS. */
  readonly ca: string;
  close(): void;
}

const authority = makeAuthority();

/** An HTTP proxy that connects through to whatever it is asked for. */
export async function startProxy(scheme: "http" | "https"): Promise<HttpProxy> {
  const sockets = new Set<Socket>();
  const proxy = scheme === "http" ? createServer() : createSecureServer(authority.issue(["127.0.0.1"]));
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
    url: `${scheme}://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    ca: authority.ca,
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}
