import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bracketed, type Kind } from "../kind.ts";

export const nginx: Kind = {
  name: "nginx",
  packages: ["nginx"],
  program: "nginx",
  passesOn: true,
  leavesUnanswered: false,
  cannot: {},
  launch({ folder, host, port, certPath, keyPath, backendPort }, { streams, requests, tls12 }) {
    const temporary = join(folder, "temporary");
    mkdirSync(temporary, { recursive: true });
    const config = join(folder, "nginx.conf");
    writeFileSync(
      config,
      `daemon off; worker_processes 2; pid ${folder}/nginx.pid; error_log ${folder}/error.log; ${asRoot("user root;")}
       events { worker_connections 4096; }
       http {
         access_log ${folder}/access.log;
         client_body_temp_path ${temporary}/a; proxy_temp_path ${temporary}/b; fastcgi_temp_path ${temporary}/c;
         uwsgi_temp_path ${temporary}/d; scgi_temp_path ${temporary}/e;
         upstream behind { server 127.0.0.1:${backendPort}; keepalive 500; }
         server {
           listen ${bracketed(host)}:${port} ssl http2;
           ssl_certificate ${certPath}; ssl_certificate_key ${keyPath};
           ssl_protocols ${tls12 ? "TLSv1.2" : "TLSv1.2 TLSv1.3"};
           keepalive_requests ${requests ?? 1_000_000};
           ${streams === undefined ? "" : `http2_max_concurrent_streams ${streams};`}
           location / {
             proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_next_upstream off;
           }
         }
       }`,
    );
    return {
      command: ["nginx", "-p", folder, "-e", `${folder}/error.log`, "-c", config],
      reload: "SIGHUP",
      leave: "SIGQUIT",
      logPath: `${folder}/access.log`,
    };
  },
};

const asRoot = (line: string) => (process.getuid?.() === 0 ? line : "");
