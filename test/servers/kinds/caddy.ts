import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bracketed, type Kind } from "../kind.ts";

export const caddy: Kind = {
  name: "caddy",
  packages: ["caddy"],
  program: "caddy",
  passesOn: true,
  leavesUnanswered: false,
  cannot: {
    streams: "has no setting for the streams of a connection",
    requests: "has no limit of requests on a connection",
  },
  launch({ folder, host, port, certPath, keyPath, backendPort }, { tls12 }) {
    const config = join(folder, "Caddyfile");
    writeFileSync(
      config,
      `{
  admin unix/${folder}/admin.sock
  auto_https off
  grace_period 10s
}
https://${bracketed(host)}:${port} {
  bind ${bracketed(host)}
  tls ${certPath} ${keyPath} {
    ${tls12 ? "protocols tls1.2 tls1.2" : ""}
  }
  log {
    output file ${folder}/access.log
  }
  reverse_proxy 127.0.0.1:${backendPort}
}
`,
    );
    const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    const options = ["--config", config, "--adapter", "caddyfile"];
    return {
      command: ["caddy", "run", ...options],
      env,
      reload: ["caddy", "reload", ...options, "--address", `unix/${folder}/admin.sock`, "--force"],
      leave: "SIGTERM",
      logPath: `${folder}/access.log`,
    };
  },
};
