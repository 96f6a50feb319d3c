import type { FailureText } from "../../failure-text.js";
import { brokenUnderway, keptConnecting, neverTrusted } from "./what-we-did.js";

const apples = "api.push.apple.com / api.sandbox.push.apple.com";

const trustRemedy =
  "If it is a company proxy that opens TLS, let Apple's hosts pass unopened. For a mock, give its certificate with `ca` or `APNS_CA_PATH`. Never turn certificate checks off.";

const whoSigned =
  "See who signed: `openssl s_client -connect api.push.apple.com:443 -alpn h2 </dev/null`. Apple's chain ends at USERTrust RSA Certification Authority (since 2025).";

/** Connection errors of Node.js, undici and OpenSSL. */
export const networkErrors = {
  ECONNREFUSED: {
    meaning: "Nothing listens at that address and port.",
    causes: [
      "The server is not running, or listens on another port.",
      "Inside a container `localhost` is the container itself, not the neighbour.",
      "A firewall refuses the connection.",
    ],
    confirm: ["`curl -v <url>` from the same machine or container; `ss -ltn` on the other one."],
    remedy:
      "Start the server, or correct host and port; between containers use the service's name (`http://api:3000`).",
    whatWeDid: keptConnecting,
  },
  ENOTFOUND: {
    meaning: "The host name does not exist, as far as this machine's DNS knows.",
    causes: [
      "The name is misspelt, or has blanks or a path in it.",
      "The DNS of this network does not resolve outside names.",
      "A container's service name is used from outside its network.",
    ],
    confirm: ["`getent hosts <name>`, `nslookup <name>`, `cat /etc/resolv.conf`."],
    remedy: `Correct the name. Towards Apple: let this network resolve ${apples}.`,
    whatWeDid: keptConnecting,
  },
  EAI_AGAIN: {
    meaning: "The DNS server did not answer: the name may well exist.",
    causes: ["The machine has no network, or its DNS server is down.", "A container has no way to its DNS server."],
    confirm: ["`getent hosts <name>`, `cat /etc/resolv.conf`; try again in a minute."],
    remedy: "Repair the network's DNS.",
    whatWeDid: keptConnecting,
  },
  ETIMEDOUT: {
    meaning: "No answer in time: the packets vanish on the way, or the other end hangs.",
    causes: [
      "A firewall or security group drops outgoing connections to this port without a word.",
      "The private network has no way out (no NAT gateway, no proxy).",
      "The address is wrong, its machine is down, or the server there is stuck.",
    ],
    confirm: [
      "`nc -vz -w 5 <host> <port>` from the same machine (for Apple, ports 443 and 2197). If that connects, the server there hangs.",
    ],
    remedy: `Towards Apple: allow outgoing TCP 443 or 2197 to ${apples} (Apple's addresses are 17.0.0.0/8), or set \`proxy\` or \`APNS_PROXY\`. Towards a server of your own: see that it runs, and that its port is open to this machine.`,
    whatWeDid: keptConnecting,
  },
  EHOSTUNREACH: {
    meaning: "This machine has no route to that address.",
    causes: ["The network is down, or a route or VPN is missing.", "Only IPv6 was tried, and this network has none."],
    confirm: ["`ip route get <address>`, and `curl -4v` next to `curl -6v`."],
    remedy: "Repair the route, or start Node.js with `--dns-result-order=ipv4first`.",
    whatWeDid: keptConnecting,
  },
  ECONNRESET: {
    meaning: "The other end, or something in between, cut the connection.",
    causes: [
      "Right after connecting: a firewall or proxy that does not let Apple's hosts through, or a block after too many connections.",
      "After a quiet time: a NAT or firewall forgot the connection.",
      "The other server was restarted.",
    ],
    confirm: ["See when it happens: at once, or after some quiet minutes; `apns-voip doctor` tries each layer alone."],
    remedy:
      "Keep one client for the life of the process; keep `pingInterval` below the network's idle limit; let Apple's hosts through.",
    whatWeDid: brokenUnderway,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    meaning: "The certificate was signed by an authority this machine does not trust.",
    causes: [
      "A company proxy opens TLS and signs with its own authority.",
      "A custom or old trust store lacks USERTrust RSA Certification Authority (a slim container image, `NODE_EXTRA_CA_CERTS`, `--use-openssl-ca`).",
    ],
    confirm: [whoSigned],
    remedy: `Update the trust store (package \`ca-certificates\`). ${trustRemedy}`,
    whatWeDid: neverTrusted,
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    meaning: "The certificate chain ends at an authority that signed itself and is not trusted here.",
    causes: [
      "A company proxy opens TLS and signs with its own authority.",
      "The endpoint is a mock whose certificate was not given.",
    ],
    confirm: [whoSigned],
    remedy: trustRemedy,
    whatWeDid: neverTrusted,
  },
  CERT_HAS_EXPIRED: {
    meaning: "By this machine's clock the certificate is not valid today: expired, or not valid yet.",
    causes: ["This machine's clock is wrong.", "The endpoint is a proxy or mock with an old certificate."],
    confirm: [
      "`date -u`, then `openssl s_client -connect api.push.apple.com:443 </dev/null | openssl x509 -noout -dates`.",
    ],
    remedy: "Set the clock; renew the certificate of a proxy or mock of your own.",
    whatWeDid: neverTrusted,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    meaning: "The certificate is for another host name.",
    causes: [
      "The endpoint is an IP address or an alias that the certificate does not name.",
      "A proxy, a captive portal or a wrong hosts entry answers in Apple's place.",
    ],
    confirm: [
      "`openssl s_client -connect <host>:443 </dev/null | openssl x509 -noout -ext subjectAltName`, and `getent hosts <host>`.",
    ],
    remedy: "Use the host name the certificate is for, and remove what answers in its place.",
    whatWeDid: neverTrusted,
  },
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: {
    meaning: "The other end does not speak HTTP/2: it refused `h2` in the TLS handshake.",
    causes: [
      "A proxy that opens TLS and speaks only HTTP/1.1 stands between this server and Apple.",
      "`APNS_PRODUCTION_URL` or `APNS_SANDBOX_URL` points to an ordinary web server.",
    ],
    confirm: ["`openssl s_client -connect api.push.apple.com:443 -alpn h2 </dev/null` must print `ALPN protocol: h2`."],
    remedy: "Let Apple's hosts pass the proxy unopened, or use an HTTP CONNECT proxy (`proxy`, `APNS_PROXY`).",
    whatWeDid: neverTrusted,
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    meaning: "The other end answered, but not with TLS.",
    causes: [
      "The port speaks plain HTTP: an `https` URL was given for an `http` server.",
      "A proxy or firewall answers in plain text.",
    ],
    confirm: ["`curl -v http://<host>:<port>/` gets an answer."],
    remedy: "Correct the scheme or the port.",
    whatWeDid: neverTrusted,
  },
  HPE_INVALID_CONSTANT: {
    meaning: "An HTTP/1.1 client was talking to a server that speaks HTTP/2, as Apple does.",
    causes: [
      "`fetch`, axios or another HTTP/1.1 client is used to reach Apple, or was given to `createApnsClient({ fetch })`.",
    ],
    confirm: ['The message contains "Expected HTTP/".'],
    remedy: "Leave the option `fetch` out, except for a mock or a runtime whose `fetch` speaks HTTP/2.",
    whatWeDid: brokenUnderway,
  },
  ERR_HTTP2_ERROR: {
    meaning: "The other end broke the rules of HTTP/2; mostly it does not speak it at all.",
    causes: ["A proxy or web server that speaks only HTTP/1.1 answers.", "A middlebox damages the connection."],
    confirm: ["`curl -v --http2 https://<host>/` shows which protocol was agreed upon."],
    remedy: "Let Apple's hosts pass unopened, or use an HTTP CONNECT proxy (`proxy`, `APNS_PROXY`).",
    whatWeDid: brokenUnderway,
  },
  ERR_HTTP2_GOAWAY_SESSION: {
    meaning: "Apple had said goodbye to this connection, and it was used again.",
    causes: [
      "A client that watches only for errors keeps using a connection after GOAWAY. This library does not; another sender in the process may.",
    ],
    confirm: ["See from the stack trace whose connection it was."],
    remedy: "Send through this library, or drop the session at its `goaway` event.",
    whatWeDid: brokenUnderway,
  },
  ERR_HTTP2_STREAM_ERROR: {
    meaning: "One request was ended by the other end; with code 7 (refused) it was never processed.",
    causes: [
      "More requests were opened than Apple allows at that moment: one until the first valid provider token, then some hundreds.",
      "The connection was closing.",
    ],
    confirm: ["Look at the code in the message."],
    remedy: "Nothing: what was refused is sent again by itself.",
    whatWeDid: brokenUnderway,
  },
} as const satisfies Readonly<Record<string, FailureText>>;
