import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bracketed, type Kind } from "../kind.ts";

export const haproxy: Kind = {
  name: "haproxy",
  packages: ["haproxy"],
  program: "haproxy",
  passesOn: true,
  leavesUnanswered: false,
  cannot: { requests: "has no limit of requests on a connection" },
  launch({ folder, host, port, certPath, keyPath, backendPort }, { streams, tls12 }) {
    const pem = join(folder, "both.pem");
    writeFileSync(pem, readFileSync(certPath, "utf8") + readFileSync(keyPath, "utf8"));
    const config = join(folder, "haproxy.cfg");
    writeFileSync(
      config,
      `global
  log stdout format raw local0
  maxconn 4000
  ${streams === undefined ? "" : `tune.h2.max-concurrent-streams ${streams}`}
defaults
  mode http
  log global
  option httplog
  retries 0
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind ${bracketed(host)}:${port} ssl crt ${pem} alpn h2 ${tls12 ? "ssl-max-ver TLSv1.2" : ""}
  default_backend behind
backend behind
  server only 127.0.0.1:${backendPort}
`,
    );
    return { command: ["haproxy", "-W", "-db", "-f", config], reload: "SIGUSR2", leave: "SIGUSR1" };
  },
};
