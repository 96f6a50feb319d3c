import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind } from "../kind.ts";

export const h2o: Kind = {
  name: "h2o",
  packages: ["h2o"],
  program: "h2o",
  passesOn: true,
  leavesUnanswered: false,
  cannot: {
    requests: "has no limit of requests on a connection",
    reload: "reloads only under a starter of its own",
  },
  launch({ folder, host, port, certPath, keyPath, backendPort }, { streams, tls12 }) {
    const config = join(folder, "h2o.conf");
    writeFileSync(
      config,
      `${process.getuid?.() === 0 ? "user: root" : ""}
num-threads: 2
${streams === undefined ? "" : `http2-max-concurrent-requests-per-connection: ${streams}`}
access-log: ${folder}/access.log
error-log: ${folder}/error.log
pid-file: ${folder}/h2o.pid
listen:
  host: "${host}"
  port: ${port}
  ssl:
    certificate-file: ${certPath}
    key-file: ${keyPath}
    ${tls12 ? "maximum-version: TLSv1.2" : "minimum-version: TLSv1.2"}
hosts:
  default:
    paths:
      /:
        proxy.reverse.url: http://127.0.0.1:${backendPort}/
        proxy.preserve-host: OFF
`,
    );
    return { command: ["h2o", "-c", config], leave: "SIGTERM", logPath: `${folder}/access.log` };
  },
};
