import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bracketed, type Kind } from "../kind.ts";

/** Compiled once, for all runs. */
let compiled: string | undefined;

export const go: Kind = {
  name: "go",
  packages: ["golang-go"],
  program: "go",
  passesOn: false,
  leavesUnanswered: false,
  cannot: {
    streams: "its standard library has no setting for the streams of a connection",
    requests: "has no limit of requests on a connection",
    reload: "cannot reload",
  },
  launch({ host, port, certPath, keyPath }, { tls12 }) {
    if (compiled === undefined) {
      const folder = mkdtempSync(join(tmpdir(), "apns-voip-go-"));
      process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
      const source = fileURLToPath(new URL("programs/server.go", import.meta.url));
      const env = { ...process.env, HOME: folder, GOCACHE: `${folder}/cache`, GO111MODULE: "off" };
      execFileSync("go", ["build", "-o", `${folder}/server`, source], { env, stdio: "inherit" });
      compiled = `${folder}/server`;
    }
    return {
      command: [compiled, `${bracketed(host)}:${port}`, certPath, keyPath, tls12 ? "1.2" : "1.3"],
      leave: "SIGTERM",
    };
  },
};
