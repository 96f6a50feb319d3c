import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bracketed, type Kind } from "../kind.ts";

const MODULES = "/usr/lib/apache2/modules";
const NAMES = ["mpm_event", "http2", "ssl", "socache_shmcb", "proxy", "proxy_http", "authz_core"];

export const apache: Kind = {
  name: "apache",
  packages: ["apache2"],
  program: "apache2",
  passesOn: true,
  leavesUnanswered: true,
  cannot: { requests: "counts MaxKeepAliveRequests for HTTP/1.1 only" },
  launch({ folder, host, port, certPath, keyPath, backendPort }, { streams, tls12 }) {
    const config = join(folder, "apache.conf");
    writeFileSync(
      config,
      `ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/error.log
${NAMES.map(name => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join("\n")}
${process.getuid?.() === 0 ? "User www-data\nGroup www-data" : ""}
Listen ${bracketed(host)}:${port}
Protocols h2
MaxRequestWorkers 400
H2MaxWorkers 400
${streams === undefined ? "" : `H2MaxSessionStreams ${streams}`}
LogFormat "%r" line
CustomLog ${folder}/access.log line
SSLEngine on
SSLCertificateFile ${certPath}
SSLCertificateKeyFile ${keyPath}
SSLProtocol ${tls12 ? "TLSv1.2" : "TLSv1.2 TLSv1.3"}
ProxyPass / http://127.0.0.1:${backendPort}/ disablereuse=on
`,
    );
    return {
      command: ["apache2", "-DFOREGROUND", "-f", config],
      reload: "SIGUSR1",
      leave: "SIGWINCH",
      logPath: `${folder}/access.log`,
    };
  },
};
