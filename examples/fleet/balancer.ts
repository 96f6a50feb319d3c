import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One port in front of several processes. */
export interface Balancer {
  readonly url: string;
  /** Sends a share of the connections to that port from now on. */
  add(port: number): void;
  close(): Promise<void>;
}

/**
 * Hands connections out in turn, as a TCP load balancer does. It knows nobody's health: where a connection is refused, it
 * goes to the next process, and where a process dies, its connections are cut.
 */
export async function startBalancer(): Promise<Balancer> {
  const ports: number[] = [];
  const clients = new Set<Socket>();
  let turn = 0;

  function forward(client: Socket, tries: number): void {
    const port = ports[turn++ % ports.length];
    if (tries === 0 || port === undefined) return void client.destroy();
    const upstream = connect(port, "127.0.0.1");
    const refused = () => forward(client, tries - 1);
    upstream.once("error", refused);
    upstream.once("connect", () => {
      upstream.off("error", refused);
      if (client.destroyed) upstream.destroy();
      for (const [side, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        side.on("error", () => other.destroy());
        side.on("close", () => other.destroy());
        side.pipe(other);
      }
    });
  }

  const server = createServer(client => {
    clients.add(client);
    client.on("close", () => clients.delete(client));
    client.on("error", () => {});
    client.setNoDelay();
    forward(client, ports.length);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    add: port => void ports.push(port),
    async close() {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
