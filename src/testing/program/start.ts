import { randomBytes } from "node:crypto";
import type { MockDeviceOptions } from "../device.js";
import { createMockApns, type MockApns } from "../mock-apns.js";
import type { MockApnsOptions } from "../options.js";
import { createAccess, isLoopback } from "./control/access.js";
import { controlRoutes } from "./control/routes.js";
import { createControlServer } from "./control/server.js";
import { createLive, type Live } from "./live.js";
import { closeServer, listenOn, opened, urlHost } from "./ports.js";
import { createScene, type Scene } from "./scene.js";
import { describeSetUp, type MockSetUp, writeSetUp } from "./set-up.js";

export interface MockProgramOptions {
  /** For production. Default 2197, the second port of Apple's own servers; 0: any free one. */
  readonly port?: number | undefined;
  /** For the sandbox. Default 2198. */
  readonly sandboxPort?: number | undefined;
  /** For the control API and the page. Default 2199. */
  readonly controlPort?: number | undefined;
  /** Address to bind. Default `127.0.0.1`: only this machine can reach it. Others need `token`. */
  readonly host?: string | undefined;
  /** More names for the certificate and the page, `mock` of a container for example. The first is used in URLs. */
  readonly hostNames?: readonly string[] | undefined;
  /** Where to write key, certificate and variables. */
  readonly folder: string;
  /** Default app of the phones and the variables. Default `com.example.app`. */
  readonly bundleId?: string | undefined;
  /** Phones to begin with. Default: none. */
  readonly phones?: readonly MockDeviceOptions[] | undefined;
  /** What the control API and the page ask for. Default: nothing on loopback, else one made now. */
  readonly token?: string | undefined;
  /** Milliseconds until a call that nobody takes stops ringing, default 45000. 0: never. */
  readonly ringFor?: number | undefined;
  /** Where the phones report what became of a call: the API's origin. Default: they do not. */
  readonly receipts?: string | undefined;
  readonly mock?: MockApnsOptions | undefined;
  /** Hears what went wrong inside the control API. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The mock as a program, running. */
export interface MockProgram extends AsyncDisposable {
  readonly mock: MockApns;
  readonly scene: Scene;
  readonly live: Live;
  readonly setUp: MockSetUp;
  /** Origin of the control API and the page. */
  readonly controlUrl: string;
  /** What the control API asks for, if it does. */
  readonly token: string | undefined;
  /** Closes every port. The files stay, for the next start. */
  close(): Promise<void>;
}

/**
 * Starts the mock with its control API and its page.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`: a port that is in use, a folder that cannot be written to.
 */
export async function startMockProgram(options: MockProgramOptions): Promise<MockProgram> {
  const { host = "127.0.0.1", hostNames = [], bundleId = "com.example.app", ringFor = 45_000 } = options;
  const token = options.token ?? (isLoopback(host) ? undefined : randomBytes(24).toString("base64url"));
  const mock = createMockApns(options.mock);
  if (options.receipts !== undefined) mock.receipts({ url: options.receipts });
  const scene = createScene(mock, ringFor);
  for (const phone of options.phones ?? []) scene.addPhone({ bundleId, ...phone });

  const { port = 2197, sandboxPort = 2198, controlPort = 2199 } = options;
  const listener = await opened(mock.listen({ port, sandboxPort, host, hostNames }), host);
  const called = urlHost(hostNames[0] ?? host);
  const atName = (origin: string) => `https://${called}:${new URL(origin).port || 443}`;
  const { production, sandbox } = listener.endpoints;
  const endpoints = { production: atName(production), sandbox: atName(sandbox) };
  const setUp = describeSetUp({ folder: options.folder, endpoints, key: mock.key, bundleId });

  const live = createLive(scene);
  const routes = controlRoutes(scene, setUp);
  const access = createAccess({ host, hostNames, token });
  const written = Promise.withResolvers<void>();
  const control = createControlServer({ routes, live, access, ready: written.promise, onError: options.onError });
  const close = async () => {
    live.close();
    await Promise.all([closeServer(control), listener.close()]);
  };
  try {
    const boundTo = await opened(listenOn(control, host, controlPort), host);
    // The files are written last, so that a second start that finds a port in use does not replace the first one's key.
    await writeSetUp(setUp, mock.key.key, listener.ca);
    written.resolve();
    const controlUrl = `http://${called}:${boundTo}`;
    return { mock, scene, live, setUp, controlUrl, token, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
