import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import {
  bearerAuth,
  consoleLogger,
  createApnsClient,
  createPushRoutes,
  createPushService,
  type DeviceStore,
} from "apns-voip";
import { toNodeHandler } from "apns-voip/node";
import { type PostgresDeviceStore, postgresDeviceStore } from "apns-voip/postgres";
import { createMockApns, type MockApns, type MockApnsListener, type MockDevice } from "apns-voip/testing";
import express from "express";
import { SignJWT } from "jose";
import { Server as SocketServer } from "socket.io";

export const ADMIN_TOKEN = "the-admin-token-of-this-lab";
export const JWT_SECRET = "the-jwt-secret-of-this-lab-32-bytes";
export const USER = "10";

/** A calling app's whole back end, in good health: Apple, two servers, a database and a phone that is registered. */
export interface Lab {
  readonly folder: string;
  readonly mock: MockApns;
  readonly apple: MockApnsListener;
  readonly devices: PostgresDeviceStore;
  readonly phone: MockDevice;
  /** What the servers' processes would have in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly apiUrl: string;
  readonly signalUrl: string;
  /** What the API server has logged. */
  readonly log: readonly string[];
  /** Another store in the same database. */
  table(name: string): PostgresDeviceStore;
  query: PGlite["query"];
  /** A login of the app, `expiresIn` seconds from now. */
  login(expiresIn: number, secret?: string): Promise<string>;
  /** Another API server over the same database. */
  startApi(options?: ApiOptions): Promise<{ readonly url: string; close(): Promise<void> }>;
  close(): Promise<void>;
}

export interface ApiOptions {
  readonly devices?: DeviceStore;
  /** Where the routes are mounted. */
  readonly under?: string;
  readonly adminToken?: string;
  readonly secret?: string;
  /** Routes written by hand that check nobody. */
  readonly open?: boolean;
}

/** One for all labs, each with a table of its own: it takes seconds to start. */
const database = PGlite.create("memory://");
let labs = 0;

export async function createLab(): Promise<Lab> {
  labs += 1;
  const folder = await mkdtemp(join(tmpdir(), "apns-voip-lab-"));
  const mock = createMockApns();
  const caPath = join(folder, "ca.pem");
  const apple = await mock.listen({ caPath });
  const keyPath = join(folder, `AuthKey_${mock.key.keyId}.p8`);
  await writeFile(keyPath, mock.key.key, { mode: 0o600 });

  const db = await database;
  const table = (name: string) => postgresDeviceStore(db, { table: name });
  const devices = table(`devices_${labs}`);
  await devices.migrate();
  const phone = mock.device({ userId: USER });
  await devices.save(phone.device(USER));

  const { APNS_P8: _, ...apns } = mock.env();
  const log: string[] = [];
  const closing: (() => Promise<void>)[] = [];

  const startApi = async (options: ApiOptions = {}) => {
    const app = express();
    const client = createApnsClient({
      ...mock.key,
      bundleId: phone.bundleId,
      endpoints: apple.endpoints,
      ca: apple.ca,
      onEvent: consoleLogger({ log: line => log.push(line) }),
    });
    const routes = createPushRoutes({
      push: createPushService({ apns: client, devices: options.devices ?? devices }),
      authenticate: bearerAuth({ secret: options.secret ?? JWT_SECRET, userIdClaim: "uid" }),
      adminToken: options.adminToken ?? ADMIN_TOKEN,
    });
    if (options.open) {
      app.put("/api/v1/me/devices", (_request, response) => void response.json({ success: true }));
      app.post(
        "/api/internal/push/call",
        (_request, response) => void response.status(404).json({ error: "VoIP token not found" }),
      );
    } else app.use(options.under ?? "/", toNodeHandler(routes));
    const server = createServer(app).listen(0, "127.0.0.1");
    await new Promise(resolve => server.once("listening", resolve));
    const close = async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await client.close();
    };
    closing.push(close);
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  };

  const api = await startApi();
  const signal = createServer().listen(0, "127.0.0.1");
  await new Promise(resolve => signal.once("listening", resolve));
  const sockets = new SocketServer(signal, { path: "/signal/socket.io/" });
  const signalUrl = `http://127.0.0.1:${(signal.address() as AddressInfo).port}`;

  return {
    ...{ folder, mock, apple, devices, phone, log, table, signalUrl, startApi, apiUrl: api.url },
    query: db.query.bind(db) as PGlite["query"],
    env: {
      ...(apns as Record<string, string>),
      APNS_P8_PATH: keyPath,
      APNS_ENV: "production",
      ADMIN_PUSH_TOKEN: ADMIN_TOKEN,
      JWT_SECRET,
      API_URL: api.url,
      SOCKETIO_PATH: "/signal/socket.io/",
    },
    login: (expiresIn, secret = JWT_SECRET) =>
      new SignJWT({ uid: Number(USER) })
        .setProtectedHeader({ alg: "HS256" })
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
        .sign(new TextEncoder().encode(secret)),
    async close() {
      await sockets.close();
      for (const end of closing) await end().catch(() => {});
      await apple.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
