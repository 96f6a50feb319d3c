import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createMockApns, type MockApns, type MockApnsListener } from "apns-voip/testing";
import { type HttpProxy, startProxy } from "./proxy.ts";

/** What a program in another process asks: `{ mock: 1, call: "faults.cut", args: [] }`. */
interface Asked {
  readonly mock?: number;
  readonly call: string;
  readonly args: readonly unknown[];
}

interface Opened {
  readonly mock: MockApns;
  readonly server: MockApnsListener;
  readonly proxies: HttpProxy[];
}

/**
 * Mocks of Apple for programs of other runtimes, which ask for them over HTTP: the mock is Node's, so that only the client
 * runs where it is tried.
 */
export async function openDesk(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const opened = new Map<number, Opened>();

  const open = async () => {
    const mock = createMockApns();
    const server = await mock.listen();
    const id = opened.size + 1;
    opened.set(id, { mock, server, proxies: [] });
    const tokens = Array.from({ length: 100 }, () => mock.device().token);
    return { id, options: { ...mock.key, endpoints: server.endpoints, ca: server.ca }, tokens };
  };

  const close = async ({ mock, server, proxies }: Opened) => {
    mock.faults.clear();
    for (const proxy of proxies) proxy.close();
    await server.close();
  };

  const answer = async ({ mock: id, call, args }: Asked): Promise<unknown> => {
    if (call === "open") return open();
    const one = opened.get(id as number);
    if (one === undefined) throw new Error(`there is no mock ${id}`);
    if (call === "close") return close(one);
    if (call === "proxy") return openProxy(one, args[0] as "http" | "https");
    if (call === "pushes") return one.mock.pushes.map(({ apnsId, status, reason }) => ({ apnsId, status, reason }));
    if (call === "script") return one.mock.script(args[0] as string, args[1] as never);
    if (call === "uninstall") return one.mock.devices.find(({ token }) => token === args[0])?.uninstall();
    const [group, name] = call.split(".");
    if (group !== "faults") throw new Error(`a mock does not know ${call}`);
    const fault = one.mock.faults[name as keyof MockApns["faults"]] as (...given: readonly unknown[]) => unknown;
    return fault(...args);
  };

  const server = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify((await answer(JSON.parse(await read(request)))) ?? null));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await Promise.allSettled([...opened.values()].map(close));
    },
  };
}

async function openProxy({ proxies }: Opened, scheme: "http" | "https") {
  const proxy = await startProxy(scheme);
  proxies.push(proxy);
  return { url: proxy.url, ca: proxy.ca };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
