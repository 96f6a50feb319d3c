import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands behind a server that passes requests on: it writes each one down when it is complete, and answers 200. */
export interface Backend {
  readonly port: number;
  /** Paths, in the order they came. */
  readonly paths: readonly string[];
  /** From now on nobody is answered. */
  hold(): void;
  /** Answers those who wait. */
  release(): void;
  close(): void;
}

/** Milliseconds that an answer takes at most, so that many requests are under way when something happens. */
const SLOWEST = 20;

export async function startBackend(): Promise<Backend> {
  const paths: string[] = [];
  const waiting: ServerResponse[] = [];
  let held = false;
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    request.resume().on("end", () => {
      paths.push(request.url ?? "");
      if (held) waiting.push(response);
      else setTimeout(() => response.end(), Math.random() * SLOWEST);
    });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    paths,
    hold() {
      held = true;
    },
    release() {
      held = false;
      for (const response of waiting.splice(0)) response.end();
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
