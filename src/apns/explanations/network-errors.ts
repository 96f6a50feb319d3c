import type { ExplanationEntry } from "./entry.js";
import { brokenUnderway, keptConnecting, neverTrusted } from "./what-we-did.js";

const apples = "api.push.apple.com / api.sandbox.push.apple.com";

const trustRemedy = {
  en: "If it is a company proxy that opens TLS, let Apple's hosts pass unopened. For a mock, give its certificate with `ca` or `APNS_CA_PATH`. Never turn certificate checks off.",
  ja: "TLSを復号する社内プロキシなら、Appleのホストを復号の対象から外してください。モックなら、その証明書を`ca`または`APNS_CA_PATH`で渡します。証明書の検証は決して無効にしないでください。",
};

const whoSigned = {
  en: "See who signed: `openssl s_client -connect api.push.apple.com:443 -alpn h2 </dev/null`. Apple's chain ends at USERTrust RSA Certification Authority (since 2025).",
  ja: "署名者を見る: `openssl s_client -connect api.push.apple.com:443 -alpn h2 </dev/null`。Appleの証明書は(2025年以降)USERTrust RSA Certification Authorityに行き着く",
};

/** Connection errors of Node.js, undici and OpenSSL. */
export const networkErrors = {
  ECONNREFUSED: {
    meaning: {
      en: "Nothing listens at that address and port.",
      ja: "そのアドレスとポートでは、何も待ち受けていません。",
    },
    causes: [
      {
        en: "The server is not running, or listens on another port.",
        ja: "サーバが起動していない、または別のポートで待ち受けている",
      },
      {
        en: "Inside a container `localhost` is the container itself, not the neighbour.",
        ja: "コンテナの中の`localhost`はそのコンテナ自身であり、隣のコンテナではない",
      },
      { en: "A firewall refuses the connection.", ja: "ファイアウォールが接続を拒否している" },
    ],
    confirm: [
      {
        en: "`curl -v <url>` from the same machine or container; `ss -ltn` on the other one.",
        ja: "同じマシン・コンテナから`curl -v <URL>`、相手側で`ss -ltn`を実行する",
      },
    ],
    remedy: {
      en: "Start the server, or correct host and port; between containers use the service's name (`http://api:3000`).",
      ja: "サーバを起動するか、ホストとポートを直してください。コンテナ間ではサービス名を使います(`http://api:3000`)。",
    },
    whatWeDid: keptConnecting,
    sureness: "documented",
  },
  ENOTFOUND: {
    meaning: {
      en: "The host name does not exist, as far as this machine's DNS knows.",
      ja: "このマシンのDNSでは、そのホスト名が見つかりません。",
    },
    causes: [
      {
        en: "The name is misspelt, or has blanks or a path in it.",
        ja: "名前の綴りが違う、または空白やパスが混ざっている",
      },
      {
        en: "The DNS of this network does not resolve outside names.",
        ja: "このネットワークのDNSが外部の名前を解決しない",
      },
      {
        en: "A container's service name is used from outside its network.",
        ja: "コンテナのサービス名を、そのネットワークの外から使っている",
      },
    ],
    confirm: [
      {
        en: "`getent hosts <name>`, `nslookup <name>`, `cat /etc/resolv.conf`.",
        ja: "`getent hosts <名前>`、`nslookup <名前>`、`cat /etc/resolv.conf`を実行する",
      },
    ],
    remedy: {
      en: `Correct the name. Towards Apple: let this network resolve ${apples}.`,
      ja: `名前を直してください。Apple宛てなら、このネットワークで${apples}を解決できるようにしてください。`,
    },
    whatWeDid: keptConnecting,
    sureness: "documented",
  },
  EAI_AGAIN: {
    meaning: {
      en: "The DNS server did not answer: the name may well exist.",
      ja: "DNSサーバが応答しませんでした。名前自体は存在する可能性があります。",
    },
    causes: [
      {
        en: "The machine has no network, or its DNS server is down.",
        ja: "ネットワークがない、またはDNSサーバが停止している",
      },
      { en: "A container has no way to its DNS server.", ja: "コンテナからDNSサーバに到達できない" },
    ],
    confirm: [
      {
        en: "`getent hosts <name>`, `cat /etc/resolv.conf`; try again in a minute.",
        ja: "`getent hosts <名前>`と`cat /etc/resolv.conf`を実行し、1分後にもう一度試す",
      },
    ],
    remedy: { en: "Repair the network's DNS.", ja: "ネットワークのDNSを直してください。" },
    whatWeDid: keptConnecting,
    sureness: "documented",
  },
  ETIMEDOUT: {
    meaning: {
      en: "No answer in time: the packets vanish on the way, or the other end hangs.",
      ja: "時間内に応答がありません。パケットが途中で消えているか、相手が固まっています。",
    },
    causes: [
      {
        en: "A firewall or security group drops outgoing connections to this port without a word.",
        ja: "ファイアウォールやセキュリティグループが、このポートへの外向きの接続を黙って捨てている",
      },
      {
        en: "The private network has no way out (no NAT gateway, no proxy).",
        ja: "プライベートネットワークに出口(NATゲートウェイやプロキシ)がない",
      },
      {
        en: "The address is wrong, its machine is down, or the server there is stuck.",
        ja: "アドレスが違う、相手のマシンが停止している、または相手のサーバが固まっている",
      },
    ],
    confirm: [
      {
        en: "`nc -vz -w 5 <host> <port>` from the same machine (for Apple, ports 443 and 2197). If that connects, the server there hangs.",
        ja: "同じマシンから`nc -vz -w 5 <ホスト> <ポート>`を実行する(Appleは443番と2197番)。接続できるなら、相手のサーバが固まっている",
      },
    ],
    remedy: {
      en: `Towards Apple: allow outgoing TCP 443 or 2197 to ${apples} (Apple's addresses are 17.0.0.0/8), or set \`proxy\` or \`APNS_PROXY\`. Towards a server of your own: see that it runs, and that its port is open to this machine.`,
      ja: `Apple宛て: ${apples}(Appleのアドレスは17.0.0.0/8)へのTCP 443番か2197番を許可するか、\`proxy\`または\`APNS_PROXY\`を設定してください。自前のサーバ宛て: 相手が動いているか、このマシンからポートに届くかを確認してください。`,
    },
    whatWeDid: keptConnecting,
    sureness: "documented",
  },
  EHOSTUNREACH: {
    meaning: {
      en: "This machine has no route to that address.",
      ja: "このマシンから、そのアドレスへの経路がありません。",
    },
    causes: [
      {
        en: "The network is down, or a route or VPN is missing.",
        ja: "ネットワークが切れている、または経路やVPNがない",
      },
      {
        en: "Only IPv6 was tried, and this network has none.",
        ja: "IPv6だけで接続しようとしたが、このネットワークにはIPv6がない",
      },
    ],
    confirm: [
      {
        en: "`ip route get <address>`, and `curl -4v` next to `curl -6v`.",
        ja: "`ip route get <アドレス>`を実行し、`curl -4v`と`curl -6v`を比べる",
      },
    ],
    remedy: {
      en: "Repair the route, or start Node.js with `--dns-result-order=ipv4first`.",
      ja: "経路を直すか、Node.jsを`--dns-result-order=ipv4first`で起動してください。",
    },
    whatWeDid: keptConnecting,
    sureness: "documented",
  },
  ECONNRESET: {
    meaning: {
      en: "The other end, or something in between, cut the connection.",
      ja: "相手、または途中の機器が接続を切断しました。",
    },
    causes: [
      {
        en: "Right after connecting: a firewall or proxy that does not let Apple's hosts through, or a block after too many connections.",
        ja: "接続直後なら、Appleのホストを通さないファイアウォールやプロキシ、または接続しすぎによる一時的な遮断",
      },
      {
        en: "After a quiet time: a NAT or firewall forgot the connection.",
        ja: "無通信の後なら、NATやファイアウォールが接続を忘れた",
      },
      { en: "The other server was restarted.", ja: "相手のサーバが再起動した" },
    ],
    confirm: [
      {
        en: "See when it happens: at once, or after some quiet minutes; `apns-voip doctor` tries each layer alone.",
        ja: "接続直後か、無通信が数分続いた後かを見る。`apns-voip doctor`は層ごとに試す",
      },
    ],
    remedy: {
      en: "Keep one client for the life of the process; keep `pingInterval` below the network's idle limit; let Apple's hosts through.",
      ja: "クライアントはプロセスで1つを使い続け、`pingInterval`をネットワークの無通信制限より短くし、Appleのホストへの通信を許可してください。",
    },
    whatWeDid: brokenUnderway,
    sureness: "reported",
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    meaning: {
      en: "The certificate was signed by an authority this machine does not trust.",
      ja: "このマシンが信頼していない認証局の証明書です。",
    },
    causes: [
      {
        en: "A company proxy opens TLS and signs with its own authority.",
        ja: "社内プロキシがTLSを復号し、独自の認証局で署名し直している",
      },
      {
        en: "A custom or old trust store lacks USERTrust RSA Certification Authority (a slim container image, `NODE_EXTRA_CA_CERTS`, `--use-openssl-ca`).",
        ja: "信頼された証明書の一覧が古いか独自のもので、USERTrust RSA Certification Authorityがない(小さなコンテナイメージ、`NODE_EXTRA_CA_CERTS`、`--use-openssl-ca`など)",
      },
    ],
    confirm: [whoSigned],
    remedy: {
      en: `Update the trust store (package \`ca-certificates\`). ${trustRemedy.en}`,
      ja: `証明書の一覧(\`ca-certificates\`パッケージ)を更新してください。${trustRemedy.ja}`,
    },
    whatWeDid: neverTrusted,
    sureness: "reported",
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    meaning: {
      en: "The certificate chain ends at an authority that signed itself and is not trusted here.",
      ja: "証明書チェーンの末端が、ここでは信頼されていない自己署名の認証局です。",
    },
    causes: [
      {
        en: "A company proxy opens TLS and signs with its own authority.",
        ja: "社内プロキシがTLSを復号し、独自の認証局で署名し直している",
      },
      {
        en: "The endpoint is a mock whose certificate was not given.",
        ja: "接続先がモックで、その証明書を渡していない",
      },
    ],
    confirm: [whoSigned],
    remedy: trustRemedy,
    whatWeDid: neverTrusted,
    sureness: "documented",
  },
  CERT_HAS_EXPIRED: {
    meaning: {
      en: "By this machine's clock the certificate is not valid today: expired, or not valid yet.",
      ja: "このマシンの時計では、証明書が有効期間外です(期限切れ、または開始前)。",
    },
    causes: [
      { en: "This machine's clock is wrong.", ja: "このマシンの時計がずれている" },
      {
        en: "The endpoint is a proxy or mock with an old certificate.",
        ja: "接続先が、古い証明書のプロキシやモックである",
      },
    ],
    confirm: [
      {
        en: "`date -u`, then `openssl s_client -connect api.push.apple.com:443 </dev/null | openssl x509 -noout -dates`.",
        ja: "`date -u`の後、`openssl s_client -connect api.push.apple.com:443 </dev/null | openssl x509 -noout -dates`を実行する",
      },
    ],
    remedy: {
      en: "Set the clock; renew the certificate of a proxy or mock of your own.",
      ja: "時計を合わせてください。自前のプロキシやモックなら、証明書を更新してください。",
    },
    whatWeDid: neverTrusted,
    sureness: "documented",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    meaning: { en: "The certificate is for another host name.", ja: "証明書が別のホスト名のものです。" },
    causes: [
      {
        en: "The endpoint is an IP address or an alias that the certificate does not name.",
        ja: "接続先が、証明書に載っていないIPアドレスや別名である",
      },
      {
        en: "A proxy, a captive portal or a wrong hosts entry answers in Apple's place.",
        ja: "プロキシやログイン画面、誤ったhosts設定が、Appleの代わりに応答している",
      },
    ],
    confirm: [
      {
        en: "`openssl s_client -connect <host>:443 </dev/null | openssl x509 -noout -ext subjectAltName`, and `getent hosts <host>`.",
        ja: "`openssl s_client -connect <ホスト>:443 </dev/null | openssl x509 -noout -ext subjectAltName`と`getent hosts <ホスト>`を実行する",
      },
    ],
    remedy: {
      en: "Use the host name the certificate is for, and remove what answers in its place.",
      ja: "証明書に載っているホスト名を使い、代わりに応答しているものを取り除いてください。",
    },
    whatWeDid: neverTrusted,
    sureness: "documented",
  },
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: {
    meaning: {
      en: "The other end does not speak HTTP/2: it refused `h2` in the TLS handshake.",
      ja: "相手がHTTP/2に対応していません。TLSハンドシェイクで`h2`を拒否しました。",
    },
    causes: [
      {
        en: "A proxy that opens TLS and speaks only HTTP/1.1 stands between this server and Apple.",
        ja: "TLSを復号し、HTTP/1.1しか話さないプロキシがAppleとの間にある",
      },
      {
        en: "`APNS_PRODUCTION_URL` or `APNS_SANDBOX_URL` points to an ordinary web server.",
        ja: "`APNS_PRODUCTION_URL`または`APNS_SANDBOX_URL`が普通のWebサーバを指している",
      },
    ],
    confirm: [
      {
        en: "`openssl s_client -connect api.push.apple.com:443 -alpn h2 </dev/null` must print `ALPN protocol: h2`.",
        ja: "`openssl s_client -connect api.push.apple.com:443 -alpn h2 </dev/null`で`ALPN protocol: h2`と表示されるか見る",
      },
    ],
    remedy: {
      en: "Let Apple's hosts pass the proxy unopened, or use an HTTP CONNECT proxy (`proxy`, `APNS_PROXY`).",
      ja: "Appleのホストを復号せずに通すか、HTTP CONNECTプロキシ(`proxy`、`APNS_PROXY`)を使ってください。",
    },
    whatWeDid: neverTrusted,
    sureness: "reported",
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    meaning: { en: "The other end answered, but not with TLS.", ja: "応答はありましたが、TLSではありませんでした。" },
    causes: [
      {
        en: "The port speaks plain HTTP: an `https` URL was given for an `http` server.",
        ja: "平文のHTTPのポートである(`http`のサーバに`https`のURLを指定している)",
      },
      { en: "A proxy or firewall answers in plain text.", ja: "プロキシやファイアウォールが平文で応答している" },
    ],
    confirm: [
      {
        en: "`curl -v http://<host>:<port>/` gets an answer.",
        ja: "`curl -v http://<ホスト>:<ポート>/`で応答があるか見る",
      },
    ],
    remedy: { en: "Correct the scheme or the port.", ja: "URLのスキームまたはポートを直してください。" },
    whatWeDid: neverTrusted,
    sureness: "documented",
  },
  HPE_INVALID_CONSTANT: {
    meaning: {
      en: "An HTTP/1.1 client was talking to a server that speaks HTTP/2, as Apple does.",
      ja: "HTTP/1.1のクライアントで、HTTP/2のサーバ(Appleなど)に接続しています。",
    },
    causes: [
      {
        en: "`fetch`, axios or another HTTP/1.1 client is used to reach Apple, or was given to `createApnsClient({ fetch })`.",
        ja: "`fetch`やaxiosなど、HTTP/1.1のクライアントでAppleに接続している、または`createApnsClient({ fetch })`に渡している",
      },
    ],
    confirm: [{ en: 'The message contains "Expected HTTP/".', ja: "メッセージに「Expected HTTP/」と書かれている" }],
    remedy: {
      en: "Leave the option `fetch` out, except for a mock or a runtime whose `fetch` speaks HTTP/2.",
      ja: "モックや、`fetch`がHTTP/2に対応した実行環境を除き、オプション`fetch`を指定しないでください。",
    },
    whatWeDid: brokenUnderway,
    sureness: "reported",
  },
  ERR_HTTP2_ERROR: {
    meaning: {
      en: "The other end broke the rules of HTTP/2; mostly it does not speak it at all.",
      ja: "相手がHTTP/2の規則に反しています。多くの場合、HTTP/2にまったく対応していません。",
    },
    causes: [
      {
        en: "A proxy or web server that speaks only HTTP/1.1 answers.",
        ja: "HTTP/1.1しか話さないプロキシやWebサーバが応答している",
      },
      { en: "A middlebox damages the connection.", ja: "途中の機器が通信を壊している" },
    ],
    confirm: [
      {
        en: "`curl -v --http2 https://<host>/` shows which protocol was agreed upon.",
        ja: "`curl -v --http2 https://<ホスト>/`で、合意されたプロトコルを見る",
      },
    ],
    remedy: {
      en: "Let Apple's hosts pass unopened, or use an HTTP CONNECT proxy (`proxy`, `APNS_PROXY`).",
      ja: "Appleのホストを復号せずに通すか、HTTP CONNECTプロキシ(`proxy`、`APNS_PROXY`)を使ってください。",
    },
    whatWeDid: brokenUnderway,
    sureness: "reported",
  },
  ERR_HTTP2_GOAWAY_SESSION: {
    meaning: {
      en: "Apple had said goodbye to this connection, and it was used again.",
      ja: "Appleが終了を通知した接続を、その後も使いました。",
    },
    causes: [
      {
        en: "A client that watches only for errors keeps using a connection after GOAWAY. This library does not; another sender in the process may.",
        ja: "エラーだけを監視するクライアントが、GOAWAYの後も接続を使い続けている(本ライブラリでは起きない。同じプロセスの別の送信プログラムの可能性がある)",
      },
    ],
    confirm: [
      { en: "See from the stack trace whose connection it was.", ja: "スタックトレースで、誰の接続かを確かめる" },
    ],
    remedy: {
      en: "Send through this library, or drop the session at its `goaway` event.",
      ja: "本ライブラリで送るか、`goaway`イベントでセッションを破棄してください。",
    },
    whatWeDid: brokenUnderway,
    sureness: "reported",
  },
  ERR_HTTP2_STREAM_ERROR: {
    meaning: {
      en: "One request was ended by the other end; with code 7 (refused) it was never processed.",
      ja: "相手が1つのリクエストを打ち切りました。コード7(拒否)なら、まったく処理されていません。",
    },
    causes: [
      {
        en: "More requests were opened than Apple allows at that moment: one until the first valid provider token, then some hundreds.",
        ja: "その時点でAppleが許す数を超えて同時に送った(最初の有効なプロバイダトークンまでは1、その後は数百)",
      },
      { en: "The connection was closing.", ja: "接続が終了しかけていた" },
    ],
    confirm: [{ en: "Look at the code in the message.", ja: "メッセージ中のコードを見る" }],
    remedy: {
      en: "Nothing: what was refused is sent again by itself.",
      ja: "対処は不要です。拒否されたものは自動的に送り直されます。",
    },
    whatWeDid: brokenUnderway,
    sureness: "documented",
  },
} as const satisfies Record<string, ExplanationEntry>;

export type NetworkErrorCode = keyof typeof networkErrors;

/** Other names for the same trouble. */
export const networkErrorAliases = {
  ENETUNREACH: "EHOSTUNREACH",
  EPIPE: "ECONNRESET",
  UND_ERR_SOCKET: "ECONNRESET",
  UND_ERR_CONNECT_TIMEOUT: "ETIMEDOUT",
  ERR_HTTP2_SESSION_ERROR: "ECONNRESET",
  UNABLE_TO_GET_ISSUER_CERT: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  DEPTH_ZERO_SELF_SIGNED_CERT: "SELF_SIGNED_CERT_IN_CHAIN",
  CERT_NOT_YET_VALID: "CERT_HAS_EXPIRED",
  EPROTO: "ERR_SSL_WRONG_VERSION_NUMBER",
} as const satisfies Record<string, NetworkErrorCode>;
