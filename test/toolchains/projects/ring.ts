import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createMockApns } from "apns-voip/testing";
import { SignJWT } from "jose";
import { runProgram } from "../run-program.ts";
import type { Project } from "./projects.ts";

const PATIENCE = 300_000;
const ADMIN_TOKEN = "an-admin-token-for-this-run";
const SECRET = "a-secret-for-this-run-of-32-bytes";

/** Starts the server of a project in that folder, registers a phone with it, rings the phone, and says how long that took. */
export async function ringThrough({ build = [], start }: Project, cwd: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-ca-"));
  const mock = createMockApns();
  const apple = await mock.listen({ caPath: join(folder, "ca.pem") });
  const phone = mock.device();
  const port = await freePort();
  const env = {
    ...mock.env(),
    JWT_SECRET: SECRET,
    ADMIN_PUSH_TOKEN: ADMIN_TOKEN,
    PORT: `${port}`,
    NEXT_TELEMETRY_DISABLED: "1",
  };
  try {
    for (const command of build) {
      const { code, output } = await runProgram(command, { cwd, env, patience: PATIENCE });
      if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${output}`);
    }
    const began = performance.now();
    const server = startServer(start, cwd, env);
    try {
      await ring(`http://localhost:${port}`, phone, server.ended);
      const [call] = phone.calls;
      if (call?.fromDisplayName !== "User 11") throw new Error("the phone did not ring");
      return `rings, ${((performance.now() - began) / 1000).toFixed(1)} s after the start`;
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${server.output()}`);
    } finally {
      await server.stop();
    }
  } finally {
    await apple.close();
    rmSync(folder, { recursive: true });
  }
}

async function ring(url: string, phone: { bundleId: string; token: string }, ended: AbortSignal): Promise<void> {
  const login = await new SignJWT({ uid: 10 })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("5 minutes")
    .sign(new TextEncoder().encode(SECRET));
  const send = (method: string, path: string, headers: Record<string, string>, body: object) =>
    fetch(`${url}${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const registration = { platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token };
  const register = () => send("PUT", "/api/v1/me/devices", { authorization: `Bearer ${login}` }, registration);
  const registered = await onceListening(register, ended);
  if (registered.status !== 200) throw new Error(`registering: ${registered.status} ${await registered.text()}`);
  const call = { toUserId: 10, callId: "11-10", fromUserId: 11, fromDisplayName: "User 11" };
  const called = await send("POST", "/api/internal/push/call", { "x-admin-token": ADMIN_TOKEN }, call);
  if (called.status !== 200) throw new Error(`calling: ${called.status} ${await called.text()}`);
}

/** Asks again while nobody listens yet. */
async function onceListening(ask: () => Promise<Response>, ended: AbortSignal): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (ended.aborted || tries === 600) throw error;
      await wait(100);
    }
  }
}

function startServer([command = "", ...args]: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const ended = new AbortController();
  const over = new Promise<void>(resolve => {
    child.on("error", error => {
      output += error.message;
      ended.abort();
      resolve();
    });
    child.on("close", () => {
      ended.abort();
      resolve();
    });
  });
  return {
    ended: ended.signal,
    output: () => output,
    async stop(): Promise<void> {
      if (!ended.signal.aborted && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      await over;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}
