import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, type TestContext, test } from "vitest";
import { programArguments } from "./programs/run.js";

/** The program is stopped for longer than a ping and its answer may take: its pings come every 200 ms. */
const LONGER_THAN_A_PING = 6000;

/** Passes bytes on to a port, until it drops the connections it has: it keeps them open then and says nothing, as firewalls do. */
async function relayTo(port: number) {
  const sockets: Socket[] = [];
  const server = createServer(near => {
    const far = connect(port, "127.0.0.1");
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", () => {});
    sockets.push(near, far);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    drop() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function setUp({ onTestFinished }: TestContext, transport: string) {
  const mock = createMockApns();
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-"));
  const { url, close } = await mock.listen({ caPath: join(folder, "ca.pem") });
  const relay = await relayTo(Number(new URL(url).port));
  const env = {
    ...mock.env(),
    APNS_PRODUCTION_URL: relay.url,
    APNS_TRANSPORT: transport,
    DEVICE_TOKEN: mock.device().token,
  };
  const child = spawn(process.execPath, programArguments("ring-when-told"), {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    relay.close();
    await close();
    rmSync(folder, { recursive: true });
  });
  return { relay, child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
}

const sleep = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

async function stopFor(child: ChildProcess, milliseconds: number): Promise<void> {
  child.kill("SIGSTOP");
  await sleep(milliseconds);
}

describe.concurrent("a process that is stopped for longer than its pings may take", () => {
  test.for(["http2", "undici"])(
    "and whose connection is cut meanwhile without a word, rings without paying a time-out (%s)",
    { timeout: 60_000 },
    async (transport, context) => {
      const { relay, child, lines } = await setUp(context, transport);
      expect((await lines.next()).value).toBe("ready");
      child.stdin?.write("ring\n");
      expect(JSON.parse((await lines.next()).value)).toEqual({ outcome: "accepted", attempts: 1, closed: 0 });
      const stopped = stopFor(child, LONGER_THAN_A_PING);
      relay.drop();
      await stopped;
      // It is there when the process wakes up.
      child.stdin?.write("ring\n");
      child.kill("SIGCONT");
      expect(JSON.parse((await lines.next()).value)).toMatchObject({ outcome: "accepted", attempts: 1 });
    },
  );
});
