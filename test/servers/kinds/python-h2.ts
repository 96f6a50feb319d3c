import { fileURLToPath } from "node:url";
import type { Kind } from "../kind.ts";

/** Debian's own: its packages are not seen by another one. */
const PYTHON = "/usr/bin/python3";

export const pythonH2: Kind = {
  name: "python-h2",
  packages: ["python3-h2"],
  program: PYTHON,
  ready: [PYTHON, "-c", "import h2"],
  passesOn: false,
  leavesUnanswered: false,
  cannot: { reload: "cannot reload" },
  launch({ host, port, certPath, keyPath }, { streams, requests, tls12 }) {
    const program = fileURLToPath(new URL("programs/h2_server.py", import.meta.url));
    return {
      command: [
        ...[PYTHON, "-u", program, host, `${port}`, certPath, keyPath],
        ...[tls12 ? "1.2" : "1.3", `${streams ?? 1000}`, `${requests ?? 1_000_000}`],
      ],
      leave: "SIGTERM",
    };
  },
};
