import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApnsClient, apnsOptionsFromEnv, createApnsClient } from "apns-voip";
import { type MockProgram, type MockProgramOptions, startMockProgram } from "../../src/testing/program/start.js";

/** What the control API said. */
export interface Said {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly body: any;
}

/** A program on free ports, with a folder of its own. */
export interface Rig extends AsyncDisposable {
  readonly program: MockProgram;
  readonly folder: string;
  /** A client that knows of the mock what the program's variables say, and nothing more. */
  readonly apns: ApnsClient;
  /** Asks the control API; paths are below `/control/`. */
  ask(method: string, path: string, body?: unknown): Promise<Said>;
}

export async function startRig(options: Partial<MockProgramOptions> = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), "apns-voip-"));
  const program = await startMockProgram({ ...freePorts, folder, phones: [{}], ...options });
  const apns = createApnsClient(apnsOptionsFromEnv(program.setUp.env));
  return {
    program,
    folder,
    apns,
    ask: (method, path, body) =>
      send(
        `${program.controlUrl}/control/${path}`.replace(/\/$/, ""),
        method,
        {},
        body === undefined ? undefined : JSON.stringify(body),
      ),
    async [Symbol.asyncDispose]() {
      await apns.close();
      await program.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const freePorts = { port: 0, sandboxPort: 0, controlPort: 0 };

/** One request with exactly these headers: fetch would put in its own. */
export function send(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | undefined = undefined,
): Promise<Said> {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers: { ...type, ...headers }, agent: false }, response => {
      let text = "";
      response.setEncoding("utf8").on("data", chunk => {
        text += chunk;
      });
      response.on("end", () => {
        const isJson = response.headers["content-type"]?.startsWith("application/json") ?? false;
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: isJson && text !== "" ? JSON.parse(text) : text,
        });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}
