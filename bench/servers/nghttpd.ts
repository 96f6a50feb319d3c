import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DEVICES, deviceToken } from "../clients/push.mjs";
import { freePort, listening } from "./port.ts";
import { makeCredentials, type Target } from "./target.ts";

const run = promisify(execFile);

export interface Nghttpd extends AsyncDisposable {
  readonly target: Target;
  readonly port: number;
  readonly version: string;
  /** Requests per second that `h2load` gets out of it with so many in flight on one connection. */
  ceiling(inFlight: number, bytes: number): Promise<number>;
}

/**
 * Starts nghttpd in a process of its own: 1000 streams per connection, as Apple, and an empty 200 for a thousand device tokens.
 * Its window for a whole connection is wide, so that large payloads do not measure the window.
 */
export async function startNghttpd(): Promise<Nghttpd> {
  const version = await versionOf("nghttpd");
  await versionOf("h2load");
  const folder = await mkdtemp(join(tmpdir(), "apns-voip-bench-"));
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  await makeCertificate(certificate, key);
  const devices = join(folder, "htdocs/3/device");
  await mkdir(devices, { recursive: true });
  for (let index = 0; index < DEVICES; index++) await writeFile(join(devices, deviceToken(index)), "");
  const port = await freePort();
  const htdocs = join(folder, "htdocs");
  const server = spawn(
    "nghttpd",
    ["-a", "127.0.0.1", "-d", htdocs, "-m", "1000", "-W", "24", String(port), key, certificate],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  await listening(port);
  const origin = `https://127.0.0.1:${port}`;
  return {
    target: { origin, caPath: certificate, ...makeCredentials() },
    port,
    version,
    async ceiling(inFlight, bytes) {
      const body = join(folder, `body-${bytes}`);
      await writeFile(body, "x".repeat(bytes));
      const url = `${origin}/3/device/${deviceToken(1)}`;
      const { stdout } = await run("h2load", [
        "-n",
        inFlight === 1 ? "5000" : "20000",
        "-c",
        "1",
        "-m",
        `${inFlight}`,
        "-d",
        body,
        url,
      ]);
      return Number(/([\d.]+) req\/s/.exec(stdout)?.[1]);
    },
    async [Symbol.asyncDispose]() {
      server.kill();
      await rm(folder, { recursive: true });
    },
  };
}

async function versionOf(program: string): Promise<string> {
  try {
    return (await run(program, ["--version"])).stdout.trim();
  } catch {
    throw new Error(
      `${program} is not installed, and the measurements need it: apt-get install nghttp2-server nghttp2-client (Debian, Ubuntu)`,
    );
  }
}

async function makeCertificate(certificate: string, key: string): Promise<void> {
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  await run("openssl", ["req", ...kind, "-keyout", key, "-out", certificate, ...name]);
}
