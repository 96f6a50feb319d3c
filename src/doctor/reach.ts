import { isIP, type Socket } from "node:net";
import { monotonicNow } from "../clock.js";
import { errorCode, errorWords } from "./error-code.js";
import { type Greeting, greet } from "./greeting.js";
import { type Handshake, shakeHands } from "./handshake.js";
import { timeLimit } from "./time-limit.js";
import { askForTunnel, type Tunnel } from "./tunnel.js";
import type { World } from "./world.js";

/** Apple's second port besides 443: a firewall can open it for APNs alone. */
export const OTHER_PORT = 2197;

/** What came of one layer on the way, or why it failed. Absent where a layer before it failed. */
export type Layer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string | undefined; readonly words: string };

/** How far one gets on the way to an origin, layer by layer. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  /** Whether it is Apple's own host. */
  readonly apple: boolean;
  readonly proxy: URL | undefined;
  readonly addresses?: Layer<readonly string[]>;
  readonly tcp?: Layer<unknown>;
  /** Port 2197, tried for Apple's own hosts only. */
  readonly otherPort?: Layer<unknown>;
  readonly tunnel?: Layer<Tunnel>;
  readonly tls?: Layer<Handshake>;
  /** A handshake without `h2`. It is tried only where the other end refused `h2`, to see what it offers instead. */
  readonly plainTls?: Layer<Handshake>;
  readonly http2?: Layer<Settled>;
}

/** HTTP/2 is up. */
export interface Settled extends Greeting {
  /** From the first packet to the server's SETTINGS. */
  readonly milliseconds: number;
  /** Our wall clock when its date was read, milliseconds since the epoch. */
  readonly seenAt: number;
}

export interface ReachOptions {
  readonly origin: string;
  /** Whether `origin` is Apple's. */
  readonly apple: boolean;
  readonly proxy: URL | undefined;
  readonly ca: string | undefined;
  /** Milliseconds for each layer. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** Goes the way a push goes, one layer at a time, and stops at the first that fails. Sends nothing of any device or key. */
export async function examineReach(world: World, options: ReachOptions): Promise<Reach> {
  const url = new URL(options.origin);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || 443);
  const { proxy, ca } = options;
  const layer = <T>(work: Work<T>) => attempt(world, options, work);
  const dial = () => layer(signal => (proxy ? dialProxy(world, proxy, ca, signal) : world.connect(host, port, signal)));

  let reach: Reach = { host, port, apple: options.apple, proxy };
  const started = monotonicNow(world.clock);
  if (proxy === undefined && isIP(host) === 0) {
    reach = { ...reach, addresses: await layer(() => world.lookup(host)) };
    if (!reach.addresses?.ok) return reach;
  }

  const other =
    options.apple && proxy === undefined && port !== OTHER_PORT
      ? layer(signal => world.connect(host, OTHER_PORT, signal))
      : undefined;
  const tcp = await dial();
  const otherPort = await other;
  if (otherPort?.ok) otherPort.value.destroy();
  reach = { ...reach, tcp, ...(otherPort && { otherPort }) };
  if (!tcp.ok) return reach;

  const tunnelled = proxy && (await layer(signal => askForTunnel(tcp.value, proxy, `${url.hostname}:${port}`, signal)));
  if (tunnelled) reach = { ...reach, tunnel: tunnelled };
  const way: Socket | undefined = tunnelled ? (tunnelled.ok ? tunnelled.value.socket : undefined) : tcp.value;
  if (way === undefined) return reach;

  const tls = await layer(signal => shakeHands(way, { host, alpn: ["h2"], ca, signal }));
  reach = { ...reach, tls };
  if (!tls.ok) {
    way.destroy();
    return refusedH2(tls.reason) && proxy === undefined ? { ...reach, plainTls: await plainly() } : reach;
  }
  if (tls.value.distrust !== undefined || tls.value.alpn !== "h2") {
    tls.value.socket.destroy();
    return reach;
  }

  const now = () => monotonicNow(world.clock);
  const http2 = await layer(async signal => {
    const greeting = await greet(tls.value.socket, options.origin, signal, now);
    return { ...greeting, milliseconds: greeting.at - started, seenAt: world.clock.now() };
  });
  return { ...reach, http2 };

  async function plainly(): Promise<Layer<Handshake>> {
    const again = await dial();
    if (!again.ok) return again;
    const shaken = await layer(signal => shakeHands(again.value, { host, alpn: ["http/1.1"], ca, signal }));
    again.value.destroy();
    return shaken;
  }
}

async function dialProxy(
  world: World,
  { hostname, port, protocol }: URL,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const isSecure = protocol === "https:";
  const tcp = await world.connect(host, Number(port || (isSecure ? 443 : 80)), signal);
  if (!isSecure) return tcp;
  const { socket, distrust } = await shakeHands(tcp, { host, alpn: ["http/1.1"], ca, signal });
  if (distrust === undefined) return socket;
  // The next step would send the proxy's password to the server that answered.
  socket.destroy();
  throw Object.assign(new Error(`the proxy's certificate is not trusted (${distrust})`), { code: distrust });
}

const refusedH2 = (reason: string | undefined) => reason === "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL";

type Work<T> = (signal: AbortSignal) => Promise<T>;

async function attempt<T>(world: World, { timeout, signal: parent }: ReachOptions, work: Work<T>): Promise<Layer<T>> {
  const limit = timeLimit(world.clock, timeout, parent);
  try {
    return { ok: true, value: await limit.race(work(limit.signal)) };
  } catch (error) {
    parent?.throwIfAborted();
    return { ok: false, reason: errorCode(error), words: errorWords(error) };
  } finally {
    limit.clear();
  }
}
