import { generateKeyPairSync } from "node:crypto";
import { promises as dns } from "node:dns";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createApnsClient, memoryDeviceStore } from "apns-voip";
import type { DiagnoseOptions, Status, Step } from "apns-voip/doctor";
import { postgresDeviceStore, postgresUserColumnStore } from "apns-voip/postgres";
import pg from "pg";
import { makeAuthority } from "../../../src/testing/http2/certificate.ts";
import { noOwnPostgres, ownPostgres } from "../../devices/own-servers.ts";
import { routedWorld } from "./guarded-world.ts";
import { type Lab, USER } from "./lab.ts";
import * as listeners from "./listeners.ts";

/** Something that people really get wrong, and what the doctor must say first. */
export interface BrokenSetUp {
  readonly name: string;
  readonly step: Step;
  /** Check, and outcome of it. */
  readonly found: `${string}/${string}`;
  /** Default `fail`. */
  readonly status?: Status;
  readonly reason?: string;
  /** What the message must say. */
  readonly says: RegExp;
  /** What the remedy, or a command to try, must say. */
  readonly advises: RegExp;
  /** Why it cannot be built here. */
  readonly missing?: string | undefined;
  /** Breaks a healthy lab; what it returns goes on top of the healthy options. */
  build(lab: Lab, closeLater: (close: () => Promise<unknown>) => void): Promise<DiagnoseOptions> | DiagnoseOptions;
}

/** How long the doctor waits for what never answers: milliseconds, enough for what does answer on a busy machine. */
const PATIENCE = 4000;

const PEM = { type: "pkcs8", format: "pem" } as const;
const withEnv = (lab: Lab, env: Record<string, string | undefined>): DiagnoseOptions => ({
  env: { ...lab.env, ...env },
});

/** The environment with both origins at one port of loopback. */
const pointedAt = (lab: Lab, port: number) =>
  withEnv(lab, { APNS_PRODUCTION_URL: `https://127.0.0.1:${port}`, APNS_SANDBOX_URL: `https://127.0.0.1:${port}` });

/** Apple's own names, every port of which leads to one port of loopback. */
const asApple = (lab: Lab, port: number): DiagnoseOptions => ({
  ...withEnv(lab, { APNS_PRODUCTION_URL: undefined, APNS_SANDBOX_URL: undefined }),
  world: routedWorld(() => port),
});

/** A certificate that the lab trusts, besides its own. */
async function trusted(lab: Lab, hosts: readonly string[]) {
  const authority = makeAuthority();
  const path = join(lab.folder, "trusted.pem");
  await writeFile(path, authority.ca);
  return { certificate: authority.issue(hosts), env: { APNS_CA_PATH: path } };
}

/** Made two years ago, for one year. */
function longAgo<T>(make: () => T): T {
  const { now } = Date;
  Date.now = () => now() - 2 * 365 * 24 * 3_600_000;
  try {
    return make();
  } finally {
    Date.now = now;
  }
}

const portOf = (origin: string) => Number(new URL(origin).port);

export const BROKEN_SET_UPS: readonly BrokenSetUp[] = [
  {
    name: "Node.js 20",
    step: "set-up",
    found: "node-version/old",
    says: /20\.11\.1 is too old/,
    advises: /LTS/,
    build: () => ({ world: { nodeVersion: "20.11.1" } }),
  },
  {
    name: "APNS_KEY_ID and the key not set",
    step: "set-up",
    found: "variables/missing",
    says: /APNS_KEY_ID, APNS_P8_PATH/,
    advises: /--env-file/,
    build: lab => withEnv(lab, { APNS_KEY_ID: "", APNS_P8_PATH: undefined }),
  },
  {
    name: "APNS_TEAMID instead of APNS_TEAM_ID",
    step: "set-up",
    found: "variables/misnamed",
    says: /Not set: APNS_TEAM_ID\. Did you mean APNS_TEAMID/,
    advises: /as they are read/,
    build: lab => withEnv(lab, { APNS_TEAM_ID: undefined, APNS_TEAMID: lab.env.APNS_TEAM_ID }),
  },
  {
    name: "the key both as file and as text",
    step: "set-up",
    found: "variables/two-keys",
    says: /Both APNS_P8 and APNS_P8_PATH/,
    advises: /one of the two/,
    build: lab => withEnv(lab, { APNS_P8: lab.mock.key.key }),
  },
  {
    name: "quotes passed on by docker --env-file",
    step: "set-up",
    found: "variables/quoted",
    status: "warn",
    says: /quotes or blanks around the value of APNS_TEAM_ID/,
    advises: /Remove them/,
    build: lab => withEnv(lab, { APNS_TEAM_ID: `"${lab.env.APNS_TEAM_ID}"` }),
  },
  {
    name: "key file not mounted",
    step: "set-up",
    found: "key/unreadable",
    says: /AuthKey_GONE000000\.p8 cannot be read \(ENOENT\)/,
    advises: /mount the file/,
    build: lab => withEnv(lab, { APNS_P8_PATH: join(lab.folder, "AuthKey_GONE000000.p8") }),
  },
  {
    name: "key path is a folder",
    step: "set-up",
    found: "key/unreadable",
    says: /EISDIR/,
    advises: /ls -l/,
    async build(lab) {
      const path = join(lab.folder, "secrets");
      await mkdir(path);
      return withEnv(lab, { APNS_P8_PATH: path });
    },
  },
  {
    name: "a .p12 certificate instead of a .p8 key",
    step: "set-up",
    found: "key/wrong",
    says: /certificates are not supported/,
    advises: /create a key at developer\.apple\.com/,
    async build(lab) {
      const path = join(lab.folder, "push.p12");
      await writeFile(path, Buffer.concat([Buffer.of(0x30, 0x82, 0x0a, 0x00), Buffer.alloc(2560, 1)]), { mode: 0o600 });
      return withEnv(lab, { APNS_P8_PATH: path });
    },
  },
  {
    name: "an RSA key",
    step: "set-up",
    found: "key/wrong",
    says: /RSA private key; Apple's keys are EC P-256/,
    advises: /\.p8 file as Apple handed it out/,
    build: lab =>
      withEnv(lab, {
        APNS_P8_PATH: undefined,
        APNS_P8: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export(PEM).toString(),
      }),
  },
  {
    name: "the public half of the key",
    step: "set-up",
    found: "key/wrong",
    says: /public key; the private half is needed/,
    advises: /openssl pkey/,
    build: lab =>
      withEnv(lab, {
        APNS_P8_PATH: undefined,
        APNS_P8: generateKeyPairSync("ec", { namedCurve: "P-256" })
          .publicKey.export({ type: "spki", format: "pem" })
          .toString(),
      }),
  },
  {
    name: "key file readable for everybody",
    step: "set-up",
    found: "key-mode/open",
    status: "warn",
    says: /can read the key file .* \(0644\)/,
    advises: /chmod 600/,
    async build(lab) {
      await chmod(lab.env.APNS_P8_PATH!, 0o644);
      return {};
    },
  },
  {
    name: "Team ID and Key ID swapped, the file named after the key",
    step: "set-up",
    found: "ids/swapped",
    says: /Swapped: APNS_TEAM_ID holds MOCKKEY001/,
    advises: /Swap APNS_TEAM_ID and APNS_KEY_ID/,
    build: lab => withEnv(lab, { APNS_TEAM_ID: lab.env.APNS_KEY_ID, APNS_KEY_ID: lab.env.APNS_TEAM_ID }),
  },
  {
    name: "Team ID one character short",
    step: "set-up",
    found: "ids/malformed",
    says: /APNS_TEAM_ID: wanted ten characters/,
    advises: /Membership details/,
    build: lab => withEnv(lab, { APNS_TEAM_ID: "MOCKTEAM0" }),
  },
  {
    name: "bundle id given with .voip",
    step: "set-up",
    found: "bundle-id/with-voip",
    says: /ends with \.voip/,
    advises: /APNS_BUNDLE_ID=com\.example\.app\./,
    build: lab => withEnv(lab, { APNS_BUNDLE_ID: "com.example.app.voip" }),
  },
  {
    name: "App ID instead of the bundle id",
    step: "set-up",
    found: "bundle-id/with-team",
    says: /App ID, not the bundle id/,
    advises: /APNS_BUNDLE_ID=com\.example\.app\./,
    build: lab => withEnv(lab, { APNS_BUNDLE_ID: "MOCKTEAM01.com.example.app" }),
  },
  {
    name: "APNS_ENV=prod",
    step: "set-up",
    found: "environment/wrong",
    says: /APNS_ENV is "prod"/,
    advises: /production for TestFlight/,
    build: lab => withEnv(lab, { APNS_ENV: "prod" }),
  },
  {
    name: "APNS_PRODUCTION_URL with a path",
    step: "set-up",
    found: "endpoints/unusable",
    says: /APNS_PRODUCTION_URL is not an https origin/,
    advises: /without a path/,
    build: lab => withEnv(lab, { APNS_PRODUCTION_URL: `${lab.apple.url}/3/device` }),
  },
  {
    name: "clock an hour behind",
    step: "set-up",
    found: "clock/far-behind",
    says: /36\d\d s behind Apple's/,
    advises: /NTP/,
    async build(lab) {
      await lab.mock.clock.advance(3_605_000);
      return {};
    },
  },
  {
    name: "clock two hours ahead",
    step: "set-up",
    found: "clock/far-ahead",
    says: /72\d\d s ahead of Apple's/,
    advises: /timedatectl/,
    build() {
      const clock = {
        now: () => Date.now() + 7_205_000,
        setTimeout: (fn: () => void, ms: number) => {
          const timer = setTimeout(fn, ms);
          return () => clearTimeout(timer);
        },
      };
      return { world: { clock, createApnsClient: options => createApnsClient({ ...options, clock }) } };
    },
  },

  {
    name: "a name that DNS does not know",
    step: "reach",
    found: "dns/not-found",
    reason: "ENOTFOUND",
    says: /api\.push\.apple\.com cannot be resolved/,
    advises: /getent hosts api\.push\.apple\.com/,
    async build(lab, closeLater) {
      const server = await listeners.dnsServer({ answers: true });
      closeLater(server.close);
      const resolver = new dns.Resolver();
      resolver.setServers([`127.0.0.1:${server.port}`]);
      return {
        ...withEnv(lab, { APNS_PRODUCTION_URL: undefined, APNS_SANDBOX_URL: undefined }),
        world: { lookup: host => resolver.resolve4(host) },
      };
    },
  },
  {
    name: "a DNS server that does not answer",
    step: "reach",
    found: "dns/not-found",
    reason: "ETIMEDOUT",
    says: /cannot be resolved/,
    advises: /resolv\.conf/,
    async build(lab, closeLater) {
      const server = await listeners.dnsServer({ answers: false });
      closeLater(server.close);
      const resolver = new dns.Resolver({ timeout: 60_000 });
      resolver.setServers([`127.0.0.1:${server.port}`]);
      closeLater(async () => resolver.cancel());
      return {
        ...withEnv(lab, { APNS_PRODUCTION_URL: undefined, APNS_SANDBOX_URL: undefined }),
        timeout: PATIENCE,
        world: { lookup: host => resolver.resolve4(host) },
      };
    },
  },
  {
    name: "closed port",
    step: "reach",
    found: "tcp/closed",
    reason: "ECONNREFUSED",
    says: /TCP 443 to api\.push\.apple\.com cannot be reached \(ECONNREFUSED\)/,
    advises: /nc -vz -w 5 api\.push\.apple\.com 2197/,
    build: async lab => asApple(lab, await listeners.closedPort()),
  },
  {
    name: "blackholed port (a firewall that drops)",
    step: "reach",
    found: "tcp/closed",
    reason: "ETIMEDOUT",
    says: /packets vanish/,
    advises: /Let outgoing TCP 443, or 2197, .* through the firewall/,
    async build(lab, closeLater) {
      const hole = await listeners.blackhole();
      closeLater(hole.close);
      return { ...asApple(lab, hole.port), timeout: PATIENCE };
    },
  },
  {
    name: "a mock that is not running",
    step: "reach",
    found: "tcp/elsewhere-closed",
    reason: "ECONNREFUSED",
    says: /where APNS_PRODUCTION_URL points/,
    advises: /start the mock, or remove APNS_PRODUCTION_URL/,
    build: async lab => pointedAt(lab, await listeners.closedPort()),
  },
  {
    name: "443 blocked, 2197 open",
    step: "reach",
    found: "tcp/other-only",
    says: /TCP 443 to api\.push\.apple\.com cannot be reached .* but 2197 can/,
    advises: /APNS_PRODUCTION_URL=https:\/\/api\.push\.apple\.com:2197/,
    async build(lab) {
      const closed = await listeners.closedPort();
      const open = portOf(lab.apple.endpoints.production);
      return {
        ...withEnv(lab, { APNS_PRODUCTION_URL: undefined, APNS_SANDBOX_URL: undefined }),
        world: routedWorld((_host, port) => (port === 2197 ? open : closed)),
      };
    },
  },
  {
    name: "no way out but a proxy that only HTTPS_PROXY names",
    step: "reach",
    found: "tcp/closed-but-proxy",
    says: /HTTPS_PROXY is set/,
    advises: /APNS_PROXY="\$HTTPS_PROXY"/,
    build: async lab => ({
      env: {
        ...pointedAt(lab, await listeners.closedPort()).env,
        HTTPS_PROXY: "http://user:hunter2hunter2@127.0.0.1:3128",
      },
    }),
  },
  {
    name: "proxy down",
    step: "reach",
    found: "tcp/proxy-closed",
    reason: "ECONNREFUSED",
    says: /proxy 127\.0\.0\.1:\d+ \(APNS_PROXY\) cannot be reached/,
    advises: /Correct APNS_PROXY/,
    build: async lab => withEnv(lab, { APNS_PROXY: `http://127.0.0.1:${await listeners.closedPort()}` }),
  },
  {
    name: "proxy wants a login",
    step: "reach",
    found: "tunnel/wants-login",
    says: /status 407/,
    advises: /http:\/\/user:password@/,
    async build(lab, closeLater) {
      const server = await listeners.proxy(407);
      closeLater(server.close);
      return withEnv(lab, { APNS_PROXY: `http://127.0.0.1:${server.port}` });
    },
  },
  {
    name: "proxy that does not allow CONNECT",
    step: "reach",
    found: "tunnel/refused",
    says: /refuses CONNECT .* with status 403/,
    advises: /allow CONNECT/,
    async build(lab, closeLater) {
      const server = await listeners.proxy(403);
      closeLater(server.close);
      return withEnv(lab, { APNS_PROXY: `http://user:hunter2hunter2@127.0.0.1:${server.port}` });
    },
  },
  {
    name: "certificate of an unknown authority (a proxy that opens TLS)",
    step: "reach",
    found: "tls/untrusted",
    reason: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    says: /signed by "apns-voip mock authority"/,
    advises: /ca-certificates/,
    build: lab => withEnv(lab, { APNS_CA_PATH: undefined }),
  },
  {
    name: "self-signed chain",
    step: "reach",
    found: "tls/untrusted",
    reason: "SELF_SIGNED_CERT_IN_CHAIN",
    says: /not trusted here/,
    advises: /Apple's hosts pass unopened/,
    async build(lab, closeLater) {
      const authority = makeAuthority();
      const { cert, key } = authority.issue(["127.0.0.1"]);
      const server = await listeners.silentHttp2({ cert: cert + authority.ca, key });
      closeLater(server.close);
      return pointedAt(lab, server.port);
    },
  },
  {
    name: "certificate of another host",
    step: "reach",
    found: "tls/untrusted",
    reason: "ERR_TLS_CERT_ALTNAME_INVALID",
    says: /for another host name/,
    advises: /host name the certificate is for/,
    async build(lab, closeLater) {
      const { certificate, env } = await trusted(lab, ["proxy.example.com"]);
      const server = await listeners.silentHttp2(certificate);
      closeLater(server.close);
      return { env: { ...pointedAt(lab, server.port).env, ...env } };
    },
  },
  {
    name: "expired certificate",
    step: "reach",
    found: "tls/untrusted",
    reason: "CERT_HAS_EXPIRED",
    says: /not valid today/,
    advises: /Set the clock; renew the certificate/,
    async build(lab, closeLater) {
      const { certificate, env } = await longAgoTrusted(lab);
      const server = await listeners.silentHttp2(certificate);
      closeLater(server.close);
      return { env: { ...pointedAt(lab, server.port).env, ...env } };
    },
  },
  {
    name: "HTTP/1.1 proxy in the way, refusing h2",
    step: "reach",
    found: "http2/http1-only",
    says: /speaks only HTTP\/1\.1: a proxy or firewall whose certificate was signed by "apns-voip mock authority"/,
    advises: /unopened/,
    async build(lab, closeLater) {
      const { certificate, env } = await trusted(lab, ["127.0.0.1"]);
      const server = await listeners.http1OverTls(certificate, true);
      closeLater(server.close);
      return { env: { ...pointedAt(lab, server.port).env, ...env } };
    },
  },
  {
    name: "HTTP/1.1 proxy in the way, ignoring ALPN",
    step: "reach",
    found: "http2/http1-only",
    says: /answers in Apple's place/,
    advises: /APNS_PROXY/,
    async build(lab, closeLater) {
      const { certificate, env } = await trusted(lab, ["127.0.0.1"]);
      const server = await listeners.http1OverTls(certificate, false);
      closeLater(server.close);
      return { env: { ...pointedAt(lab, server.port).env, ...env } };
    },
  },
  {
    name: "a plain web server on that port",
    step: "reach",
    found: "tls/failed",
    says: /not with TLS/,
    advises: /speaks TLS at this port/,
    async build(lab, closeLater) {
      const server = await listeners.plainHttp();
      closeLater(server.close);
      return pointedAt(lab, server.port);
    },
  },
  {
    name: "connections dropped at once",
    step: "reach",
    found: "tls/failed",
    reason: "ECONNRESET",
    says: /cut the connection/,
    advises: /pass firewall and proxy unopened/,
    async build(lab, closeLater) {
      const server = await listeners.dropping();
      closeLater(server.close);
      return pointedAt(lab, server.port);
    },
  },
  {
    name: "connections taken and never answered",
    step: "reach",
    found: "tls/failed",
    reason: "ETIMEDOUT",
    says: /No TLS connection/,
    advises: /openssl s_client/,
    async build(lab, closeLater) {
      const server = await listeners.silent();
      closeLater(server.close);
      return { ...pointedAt(lab, server.port), timeout: PATIENCE };
    },
  },
  {
    name: "HTTP/2 agreed on, then silence",
    step: "reach",
    found: "http2/broken",
    reason: "ETIMEDOUT",
    says: /agreed on HTTP\/2 but does not speak it/,
    advises: /curl -v --http2/,
    async build(lab, closeLater) {
      const { certificate, env } = await trusted(lab, ["127.0.0.1"]);
      const server = await listeners.silentHttp2(certificate);
      closeLater(server.close);
      return { env: { ...pointedAt(lab, server.port).env, ...env }, timeout: PATIENCE };
    },
  },

  {
    name: "the key of another team",
    step: "credentials",
    found: "credentials/refused",
    reason: "InvalidProviderToken",
    says: /production refuses the key: InvalidProviderToken/,
    advises: /Correct the ids, or create a new key/,
    build: lab =>
      withEnv(lab, {
        APNS_P8_PATH: undefined,
        APNS_P8: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(PEM).toString(),
      }),
  },
  {
    name: "revoked key",
    step: "credentials",
    found: "credentials/refused",
    reason: "InvalidProviderToken",
    says: /no longer valid/,
    advises: /create a new key/,
    build(lab) {
      lab.mock.revokeKey(lab.mock.key.keyId);
      return {};
    },
  },
  {
    name: "Team ID and Key ID swapped, the key in a variable",
    step: "credentials",
    found: "credentials/swapped",
    says: /the other way round Apple takes the key/,
    advises: /APNS_TEAM_ID=MOCKTEAM01 and APNS_KEY_ID=MOCKKEY001/,
    build: lab =>
      withEnv(lab, {
        APNS_TEAM_ID: lab.env.APNS_KEY_ID,
        APNS_KEY_ID: lab.env.APNS_TEAM_ID,
        APNS_P8_PATH: undefined,
        APNS_P8: lab.mock.key.key,
      }),
  },
  {
    name: "sandbox-only key on a production server",
    step: "credentials",
    found: "credentials/wrong-environment",
    reason: "BadEnvironmentKeyInToken",
    says: /not good for production, where this server sends by default/,
    advises: /Create a key for this environment/,
    build(lab) {
      const key = lab.mock.addKey({ environments: ["sandbox"] });
      return withEnv(lab, { APNS_KEY_ID: key.keyId, APNS_P8: key.key, APNS_P8_PATH: undefined });
    },
  },
  {
    name: "key limited to another app",
    step: "credentials",
    found: "credentials/topic",
    reason: "TopicDisallowed",
    says: /does not let this key push to com\.example\.app\.voip/,
    advises: /limited to other topics/,
    build(lab) {
      const key = lab.mock.addKey({ topics: ["com.example.other"] });
      return withEnv(lab, { APNS_KEY_ID: key.keyId, APNS_P8: key.key, APNS_P8_PATH: undefined });
    },
  },
  {
    name: "Apple in trouble while the key is tried",
    step: "credentials",
    found: "credentials/busy",
    status: "warn",
    reason: "ServiceUnavailable",
    says: /503 ServiceUnavailable, which says nothing about the key/,
    advises: /again in a few minutes/,
    build(lab) {
      lab.mock.script("*", Array<number>(12).fill(503));
      return {};
    },
  },

  {
    name: "database down",
    step: "registration",
    found: "store/failed",
    reason: "ECONNREFUSED",
    says: /device store does not answer/,
    advises: /host, port and name in its URL/,
    async build(_lab, closeLater) {
      const pool = new pg.Pool({
        connectionString: `postgres://app:hunter2hunter2@127.0.0.1:${await listeners.closedPort()}/app`,
      });
      closeLater(() => pool.end());
      return { devices: postgresDeviceStore(pool) };
    },
  },
  {
    name: "database that hangs",
    step: "registration",
    found: "store/failed",
    reason: "ETIMEDOUT",
    says: /no answer within 4000 ms/,
    advises: /psql/,
    async build(_lab, closeLater) {
      const server = await listeners.silent();
      const pool = new pg.Pool({ connectionString: `postgres://app@127.0.0.1:${server.port}/app` });
      pool.on("error", () => {});
      // What is noted last is closed first: the pool waits for its connection to the server.
      closeLater(() => pool.end());
      closeLater(() => server.close());
      return { devices: postgresDeviceStore(pool), timeout: PATIENCE };
    },
  },
  {
    name: "no such database",
    missing: noOwnPostgres,
    step: "registration",
    found: "store/no-database",
    says: /database "calls" does not exist/,
    advises: /Correct the name in DATABASE_URL/,
    async build(_lab, closeLater) {
      const server = await ownPostgres();
      await server.start();
      const pool = new pg.Pool({ connectionString: server.url.replace(/\/postgres$/, "/calls") });
      pool.on("error", () => {});
      closeLater(() => server.dispose());
      closeLater(() => pool.end());
      return { devices: postgresDeviceStore(pool) };
    },
  },
  {
    name: "no such database user",
    missing: noOwnPostgres,
    step: "registration",
    found: "store/wrong-login",
    says: /role "nobody" does not exist/,
    advises: /user and password in DATABASE_URL/,
    async build(_lab, closeLater) {
      const server = await ownPostgres();
      await server.start();
      const pool = new pg.Pool({ connectionString: server.url.replace("postgres@", "nobody@") });
      pool.on("error", () => {});
      closeLater(() => server.dispose());
      closeLater(() => pool.end());
      return { devices: postgresDeviceStore(pool) };
    },
  },
  {
    name: "migrate() never called",
    step: "registration",
    found: "store/no-table",
    says: /"never_made" does not exist/,
    advises: /migrate\(\)/,
    build: lab => ({ devices: lab.table("never_made") }),
  },
  {
    name: "a token column of another name",
    step: "registration",
    found: "store/no-column",
    says: /column .*voip_token.* does not exist/,
    advises: /--token-column/,
    async build(lab) {
      await lab.query("create table people (id integer primary key, voip_device_token text)");
      return { devices: postgresUserColumnStore(lab, { table: "people", tokenColumn: "voip_token" }) };
    },
  },
  {
    name: "empty store",
    step: "registration",
    found: "devices/none",
    says: /User 10 has no device/,
    advises: /grep 'PUT \/api\/v1\/me\/devices'/,
    build: () => ({ devices: memoryDeviceStore() }),
  },
  {
    name: "only a notification token",
    step: "registration",
    found: "devices/alert-only",
    says: /notification token, but no VoIP token/,
    advises: /PKPushRegistry/,
    async build(lab) {
      const devices = memoryDeviceStore();
      await devices.save(lab.mock.device({ pushType: "alert" }).device(USER));
      return { devices };
    },
  },
  {
    name: "the notification token in the VoIP column, too",
    step: "registration",
    found: "device-token/alert-token",
    says: /stored as the VoIP token and as the notification token/,
    advises: /didUpdate pushCredentials/,
    async build(lab) {
      const { token } = lab.mock.device({ pushType: "alert" });
      await lab.query(
        "create table users_both (id integer primary key, voip_device_token text, apns_device_token text)",
      );
      await lab.query("insert into users_both values (10, $1, $1)", [token]);
      return { devices: postgresUserColumnStore(lab, { table: "users_both", alertTokenColumn: "apns_device_token" }) };
    },
  },
  {
    name: "an FCM token in the VoIP column",
    step: "registration",
    found: "device-token/fcm-token",
    says: /registration token of Firebase/,
    advises: /PushKit/,
    async build(lab) {
      await lab.query("create table users_fcm (id integer primary key, voip_device_token text)");
      await lab.query("insert into users_fcm values (10, $1)", [`dGhpcyBpcyBhIA:APA91b${"x".repeat(134)}`]);
      return { devices: postgresUserColumnStore(lab, { table: "users_fcm" }) };
    },
  },
  {
    name: "a token cut short by its column",
    step: "registration",
    found: "device-token/malformed",
    says: /is no device token of Apple's/,
    advises: /column of type text/,
    async build(lab) {
      await lab.query("create table users_short (id integer primary key, voip_device_token varchar(20))");
      await lab.query("insert into users_short values (10, $1)", [lab.phone.token.slice(0, 20)]);
      return { devices: postgresUserColumnStore(lab, { table: "users_short" }) };
    },
  },
  {
    name: "a phone that has not registered for a year",
    step: "registration",
    found: "device-age/stale",
    status: "warn",
    says: /365 days ago/,
    advises: /at every launch/,
    async build(lab) {
      const devices = memoryDeviceStore();
      await devices.save({ ...lab.phone.device(USER), registeredAt: new Date(Date.now() - 365 * 24 * 3_600_000) });
      return { devices };
    },
  },
  {
    name: "APNS_BUNDLE_ID of another app, and tokens in the users table, which has no bundle id",
    step: "registration",
    found: "device-app/preset",
    status: "skip",
    says: /Whether [0-9a-f]{12}\.\.\. belongs to com\.example\.other \(APNS_BUNDLE_ID\) cannot be seen from here/,
    advises: /--ring 10, DeviceTokenNotForTopic means that it belongs to another app/,
    async build(lab) {
      const { bundleId: _, ...row } = lab.phone.device(USER);
      const devices = memoryDeviceStore();
      await devices.save(row);
      return { ...withEnv(lab, { APNS_BUNDLE_ID: "com.example.other" }), devices };
    },
  },
  {
    name: "a development build's phone, a production-only key",
    step: "registration",
    found: "device-environment/key-not-good",
    reason: "BadEnvironmentKeyInToken",
    says: /belongs to sandbox, but the key is not good there/,
    advises: /Create a key for this environment/,
    async build(lab) {
      const key = lab.mock.addKey({ environments: ["production"] });
      const devices = memoryDeviceStore();
      await devices.save({ ...lab.mock.device({ environment: "sandbox" }).device(USER), environment: "sandbox" });
      return { ...withEnv(lab, { APNS_KEY_ID: key.keyId, APNS_P8: key.key, APNS_P8_PATH: undefined }), devices };
    },
  },
  {
    name: "expired app login",
    step: "registration",
    found: "login/expired",
    says: /refuses the app's login with 401: it expired at/,
    advises: /renew its login/,
    build: async lab => ({ appToken: await lab.login(-60) }),
  },
  {
    name: "logins signed with another secret",
    step: "registration",
    found: "login/other-secret",
    says: /not signed with the JWT_SECRET/,
    advises: /same JWT_SECRET/,
    async build(lab) {
      const api = await lab.startApi({ secret: "another-secret-of-32-bytes-or-more" });
      return withEnv(lab, { API_URL: api.url });
    },
  },
  {
    name: "a login that is no JWT",
    step: "registration",
    found: "login/no-jwt",
    says: /it is no JWT/,
    advises: /without quotes/,
    build: () => ({ appToken: "session-1234567890abcdef" }),
  },
  {
    name: "registration routes not mounted",
    step: "registration",
    found: "registration-route/missing",
    says: /There is no PUT \/api\/v1\/me\/devices .*404/,
    advises: /app\.use\(toNodeHandler\(routes\)\)/,
    async build(lab) {
      const api = await lab.startApi({ under: "/elsewhere" });
      return withEnv(lab, { API_URL: api.url });
    },
  },
  {
    name: "registration without a check of the login",
    step: "registration",
    found: "registration-route/open",
    says: /takes a login that nobody issued/,
    advises: /bearerAuth/,
    async build(lab) {
      const api = await lab.startApi({ open: true });
      return withEnv(lab, { API_URL: api.url });
    },
  },
  {
    name: "http redirected to https",
    step: "registration",
    found: "registration-route/elsewhere",
    says: /redirected to https:\/\/api\.example\.com/,
    advises: /https instead of http/,
    async build(lab, closeLater) {
      const server = await listeners.answering(301, { location: "https://api.example.com/" });
      closeLater(server.close);
      return withEnv(lab, { API_URL: `http://127.0.0.1:${server.port}` });
    },
  },
  {
    name: "the API server writes to another database",
    step: "registration",
    found: "registration-saves/not-saved",
    says: /registration of .* does not show in the store/,
    advises: /compare DATABASE_URL/,
    async build(lab) {
      const api = await lab.startApi({ devices: memoryDeviceStore() });
      return { ...withEnv(lab, { API_URL: api.url }), write: true };
    },
  },

  {
    name: "API_URL without http://",
    step: "sending",
    found: "api-url/malformed",
    says: /not an http or https URL/,
    advises: /http:\/\/api:3000/,
    build: lab => withEnv(lab, { API_URL: "api:3000" }),
  },
  {
    name: "API_URL with a password in it",
    step: "sending",
    found: "api-url/with-login",
    says: /holds a user name or a password/,
    advises: /ADMIN_PUSH_TOKEN/,
    build: lab => withEnv(lab, { API_URL: lab.apiUrl.replace("://", "://ops:hunter2hunter2@") }),
  },
  {
    name: "ADMIN_PUSH_TOKEN= empty in the file, so that the API server did not even start",
    step: "sending",
    found: "admin-token/empty",
    says: /ADMIN_PUSH_TOKEN is there, but empty: the API server refuses to start/,
    advises: /give it to both servers, and start both/,
    build: async lab =>
      withEnv(lab, { ADMIN_PUSH_TOKEN: "", API_URL: `http://127.0.0.1:${await listeners.closedPort()}` }),
  },
  {
    name: "ADMIN_PUSH_TOKEN in quotes, passed on by docker --env-file",
    step: "sending",
    found: "admin-token/quoted",
    says: /quotes or blanks around the value of ADMIN_PUSH_TOKEN/,
    advises: /docker run --env-file/,
    build: lab => withEnv(lab, { ADMIN_PUSH_TOKEN: `"${lab.env.ADMIN_PUSH_TOKEN}"` }),
  },
  {
    name: "API server down",
    step: "sending",
    found: "api/down",
    reason: "ECONNREFUSED",
    says: /cannot be reached: connect ECONNREFUSED/,
    advises: /between containers/,
    build: async lab => withEnv(lab, { API_URL: `http://127.0.0.1:${await listeners.closedPort()}` }),
  },
  {
    name: "API server that hangs",
    step: "sending",
    found: "api/down",
    reason: "ETIMEDOUT",
    says: /no answer within 4000 ms/,
    advises: /curl -v/,
    async build(lab, closeLater) {
      const server = await listeners.silent();
      closeLater(server.close);
      return { ...withEnv(lab, { API_URL: `http://127.0.0.1:${server.port}` }), timeout: PATIENCE };
    },
  },
  {
    name: "reverse proxy up, API server behind it down",
    step: "sending",
    found: "api/behind-proxy",
    says: /answers 502: a reverse proxy is there/,
    advises: /upstream/,
    async build(lab, closeLater) {
      const server = await listeners.answering(502);
      closeLater(server.close);
      return withEnv(lab, { API_URL: `http://127.0.0.1:${server.port}` });
    },
  },
  {
    name: "wrong admin token",
    step: "sending",
    found: "push-route/refused",
    says: /refuses ADMIN_PUSH_TOKEN with 401/,
    advises: /same ADMIN_PUSH_TOKEN/,
    build: lab => withEnv(lab, { ADMIN_PUSH_TOKEN: "yesterday's-admin-token" }),
  },
  {
    name: "admin token not set on the signal server",
    step: "sending",
    found: "push-route/no-token",
    says: /ADMIN_PUSH_TOKEN is not set/,
    advises: /same value on both servers/,
    build: lab => withEnv(lab, { ADMIN_PUSH_TOKEN: undefined }),
  },
  {
    name: "push route that checks no admin token",
    step: "sending",
    found: "admin-door/open",
    says: /takes any admin token/,
    advises: /refuses an empty one/,
    async build(lab) {
      const api = await lab.startApi({ open: true });
      return { ...withEnv(lab, { API_URL: api.url }), steps: ["sending"] };
    },
  },
  {
    name: "API_URL with a path too many",
    step: "sending",
    found: "admin-door/missing",
    says: /There is no POST/,
    advises: /no path too many/,
    build: lab => ({ ...withEnv(lab, { API_URL: `${lab.apiUrl}/api` }), steps: ["sending"] }),
  },
  {
    name: "another SOCKETIO_PATH than the signal server's",
    step: "sending",
    found: "signal/silent",
    says: /nothing serves this path/,
    advises: /SOCKETIO_PATH/,
    build: lab => ({ ...withEnv(lab, { SOCKETIO_PATH: "/socket.io/" }), timeout: PATIENCE }),
  },
  {
    name: "a reverse proxy that does not pass SOCKETIO_PATH on",
    step: "sending",
    found: "signal/no-socketio",
    says: /not as Socket\.IO does/,
    advises: /reverse proxy/,
    async build(_lab, closeLater) {
      const server = await listeners.answering(404);
      closeLater(server.close);
      return { signalUrl: `http://127.0.0.1:${server.port}` };
    },
  },
  {
    name: "signal server down",
    step: "sending",
    found: "signal/down",
    reason: "ECONNREFUSED",
    says: /cannot be reached/,
    advises: /EIO=4/,
    build: async () => ({ signalUrl: `http://127.0.0.1:${await listeners.closedPort()}` }),
  },
  {
    name: "uninstalled app",
    step: "sending",
    found: "ring/refused",
    reason: "Unregistered",
    says: /no longer active for this topic/,
    advises: /Remove the token/,
    build(lab) {
      lab.phone.uninstall(new Date(Date.now() + 1000));
      return { ring: USER };
    },
  },
  {
    name: "uninstalled app, rung without the API server",
    step: "sending",
    found: "ring/rejected",
    reason: "Unregistered",
    says: /Apple refused the test call/,
    advises: /grep 'APNs error: Unregistered'/,
    build(lab) {
      lab.phone.uninstall(new Date(Date.now() + 1000));
      return { ...withEnv(lab, { API_URL: undefined }), ring: USER };
    },
  },
  {
    name: "a token that neither environment knows",
    step: "sending",
    found: "ring/rejected",
    reason: "BadDeviceToken",
    says: /does not know this device token/,
    advises: /raw PushKit bytes as hex/,
    async build(lab) {
      const devices = memoryDeviceStore();
      await devices.save({ ...lab.phone.device(USER), token: "ab".repeat(32) });
      return { ...withEnv(lab, { API_URL: undefined }), devices, ring: USER };
    },
  },
  {
    name: "a notification token registered as the VoIP token",
    step: "sending",
    found: "ring/refused",
    reason: "DeviceTokenNotForTopic",
    says: /belongs to another topic/,
    advises: /^Let the app upload the PushKit token as `?voipDeviceToken/,
    async build(lab) {
      const alert = lab.mock.device({ pushType: "alert" });
      await lab.devices.remove(lab.phone.token);
      await lab.devices.save({ ...alert.device(USER), pushType: "voip" });
      return { ring: USER };
    },
  },
  {
    name: "a phone of another build of the app",
    step: "sending",
    found: "ring/refused",
    reason: "DeviceTokenNotForTopic",
    says: /another topic/,
    advises: /bundle id/,
    async build(lab) {
      const debug = lab.mock.device({ bundleId: "com.example.app.debug" });
      await lab.devices.remove(lab.phone.token);
      await lab.devices.save({ ...debug.device(USER), bundleId: "com.example.app" });
      return { ring: USER };
    },
  },
  {
    name: "Apple down while ringing",
    step: "sending",
    found: "ring/rejected",
    reason: "ServiceUnavailable",
    says: /not available right now/,
    advises: /tell the caller/,
    build(lab) {
      lab.mock.script(lab.phone.token, Array<number>(4).fill(503));
      return { ...withEnv(lab, { API_URL: undefined }), ring: USER };
    },
  },
  {
    name: "nobody to ring",
    step: "sending",
    found: "ring/no-devices",
    says: /User 99 has no VoIP token/,
    advises: /step 1/,
    build: () => ({ ring: "99" }),
  },

  {
    name: "a phone that iOS has blocked (Apple goes on answering 200)",
    step: "phone",
    found: "phone-blocked/look",
    status: "skip",
    says: /callservicesd/,
    advises: /install it again/,
    async build(lab) {
      const apns = createApnsClient({
        ...lab.mock.key,
        bundleId: lab.phone.bundleId,
        endpoints: lab.apple.endpoints,
        ca: lab.apple.ca,
      });
      for (let push = 0; push < 3; push++) {
        await apns.send({
          deviceToken: lab.phone.token,
          pushType: "voip",
          payload: { type: "call.cancel", callId: `${push}` },
        });
      }
      await apns.close();
      if (!lab.phone.blocked) throw new Error("the phone should be blocked by now");
      return { ring: USER };
    },
  },
  {
    name: "a phone that is offline (Apple answers 200)",
    step: "phone",
    found: "phone-online/look",
    status: "skip",
    says: /out of reach at that moment gets nothing/,
    advises: /callExpiration/,
    build(lab) {
      lab.phone.offline = true;
      return { ring: USER };
    },
  },
];

async function longAgoTrusted(lab: Lab) {
  const { ca, certificate } = longAgo(() => {
    const authority = makeAuthority();
    return { ca: authority.ca, certificate: authority.issue(["127.0.0.1"]) };
  });
  const path = join(lab.folder, "old.pem");
  await writeFile(path, ca);
  return { certificate, env: { APNS_CA_PATH: path } };
}
