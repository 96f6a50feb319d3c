import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApnsClient } from "apns-voip";
import { makeAuthority } from "../../src/testing/http2/certificate.ts";
import { startBackend } from "./backend.ts";
import { bracketed, type Kind, type Place } from "./kind.ts";
import type { Scenario } from "./scenarios.ts";
import { Server } from "./server.ts";
import { falseOutcomes, outcomes } from "./verdict.ts";

const authority = makeAuthority();
const { cert, key } = authority.issue(["127.0.0.1", "::1"]);
const signingKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
  type: "pkcs8",
  format: "pem",
});

export interface Played {
  readonly ok: boolean;
  readonly found: string;
}

/** Plays one scenario with one server, and holds the outcomes against what the server has seen. */
export async function play(kind: Kind, scenario: Scenario, pushes: number): Promise<Played> {
  const wanted = scenario.wanted ?? {};
  const backend = await startBackend();
  const place = await makePlace(wanted.ipv6 ? "::1" : "127.0.0.1", backend.port);
  let server: Server | undefined;
  const client = createApnsClient({
    teamId: "TEAM000001",
    keyId: "KEY0000001",
    key: `${signingKey}`,
    bundleId: "com.example.app",
    ca: authority.ca,
    endpoints: { production: `https://${bracketed(place.host)}:${place.port}` },
  });
  try {
    server = await Server.start(kind, place, wanted);
    const sent = await scenario.run({ server, client, backend, pushes });
    await client.close();
    await server.stop();
    const printed = server.log;
    const wrong = falseOutcomes(sent, kind.passesOn ? backend.paths.join("\n") : printed, kind.passesOn ? printed : "");
    const found = outcomes(sent);
    const mustAccept = scenario.allAccepted && !(scenario.leaves && kind.leavesUnanswered);
    const short = mustAccept && sent.some(({ result }) => result.outcome !== "accepted");
    if (wrong.length > 0) return { ok: false, found: `${found}; ${wrong.length} untrue, the first: ${wrong[0]}` };
    return { ok: !short, found: short ? `${found}, where all should be accepted` : found };
  } catch (error) {
    return { ok: false, found: error instanceof Error ? error.message : String(error) };
  } finally {
    await client.close();
    server?.kill();
    backend.close();
    rmSync(place.folder, { recursive: true, force: true });
  }
}

async function makePlace(host: Place["host"], backendPort: number): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-server-"));
  // Servers that are started by root do their work as somebody else.
  chmodSync(folder, 0o777);
  const certPath = join(folder, "cert.pem");
  const keyPath = join(folder, "key.pem");
  writeFileSync(certPath, cert);
  writeFileSync(keyPath, key);
  return { folder, host, port: await freePort(host), certPath, keyPath, backendPort };
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
