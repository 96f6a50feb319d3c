import type { Kind } from "../kind.ts";

export const nghttpd: Kind = {
  name: "nghttpd",
  packages: ["nghttp2-server"],
  program: "nghttpd",
  passesOn: false,
  leavesUnanswered: false,
  cannot: {
    requests: "has no limit of requests on a connection",
    reload: "cannot reload",
    restart: "cannot end gracefully",
    tls12: "has no setting for the version of TLS",
  },
  launch({ folder, host, port, certPath, keyPath }, { streams }) {
    const limit = streams === undefined ? [] : ["--max-concurrent-streams", `${streams}`];
    return {
      // Line by line, so that a kill loses nothing of what it has printed.
      command: [
        ...["stdbuf", "-oL", "nghttpd", "--verbose", "--echo-upload", "--address", host, "--htdocs", folder, ...limit],
        ...[`${port}`, keyPath, certPath],
      ],
      leave: "SIGTERM",
    };
  },
};
