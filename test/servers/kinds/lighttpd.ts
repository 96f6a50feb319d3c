import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bracketed, type Kind } from "../kind.ts";

export const lighttpd: Kind = {
  name: "lighttpd",
  packages: ["lighttpd", "lighttpd-mod-openssl"],
  program: "lighttpd",
  ready: ["test", "-e", "/usr/lib/lighttpd/mod_openssl.so"],
  passesOn: true,
  leavesUnanswered: true,
  // Eight, always.
  cannot: { streams: "has no setting for the streams of a connection" },
  launch({ folder, host, port, certPath, keyPath, backendPort }, { requests, tls12 }) {
    const config = join(folder, "lighttpd.conf");
    writeFileSync(
      config,
      `server.modules = ( "mod_openssl", "mod_proxy", "mod_accesslog" )
server.document-root = "${folder}"
server.pid-file = "${folder}/lighttpd.pid"
server.errorlog = "${folder}/error.log"
server.upload-dirs = ( "${folder}" )
server.bind = "${bracketed(host)}"
server.port = ${port}
server.max-keep-alive-requests = ${requests ?? 1_000_000}
server.max-fds = 4096
server.feature-flags = ( "server.graceful-shutdown-timeout" => 10 )
accesslog.filename = "${folder}/access.log"
ssl.engine = "enable"
ssl.pemfile = "${certPath}"
ssl.privkey = "${keyPath}"
ssl.openssl.ssl-conf-cmd = ( "MinProtocol" => "TLSv1.2", "MaxProtocol" => "${tls12 ? "TLSv1.2" : "TLSv1.3"}" )
proxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => ${backendPort} ) ) )
`,
    );
    return {
      command: ["lighttpd", "-D", "-f", config],
      reload: "SIGUSR1",
      leave: "SIGINT",
      logPath: `${folder}/access.log`,
    };
  },
};
