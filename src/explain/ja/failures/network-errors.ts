import type { networkErrors as english } from "../../en/failures/network-errors.js";
import type { Texts } from "../../texts.js";
import { brokenUnderway, keptConnecting, neverTrusted } from "./what-we-did.js";

const apples = "api.push.apple.com / api.sandbox.push.apple.com";

const trustRemedy =
  "TLSを復号する社内プロキシなら、Appleのホストを復号の対象から外してください。モックなら、その証明書を`ca`または`APNS_CA_PATH`で渡します。証明書の検証は決して無効にしないでください。";

const whoSigned =
  "署名者を見る: `openssl s_client -connect api.push.apple.com:443 -alpn h2 </dev/null`。Appleの証明書は(2025年以降)USERTrust RSA Certification Authorityに行き着く";

/** Connection errors of Node.js, undici and OpenSSL. */
export const networkErrors: Texts<typeof english> = {
  ECONNREFUSED: {
    meaning: "そのアドレスとポートでは、何も待ち受けていません。",
    causes: [
      "サーバが起動していない、または別のポートで待ち受けている",
      "コンテナの中の`localhost`はそのコンテナ自身であり、隣のコンテナではない",
      "ファイアウォールが接続を拒否している",
    ],
    confirm: ["同じマシン・コンテナから`curl -v <URL>`、相手側で`ss -ltn`を実行する"],
    remedy:
      "サーバを起動するか、ホストとポートを直してください。コンテナ間ではサービス名を使います(`http://api:3000`)。",
    whatWeDid: keptConnecting,
  },
  ENOTFOUND: {
    meaning: "このマシンのDNSでは、そのホスト名が見つかりません。",
    causes: [
      "名前の綴りが違う、または空白やパスが混ざっている",
      "このネットワークのDNSが外部の名前を解決しない",
      "コンテナのサービス名を、そのネットワークの外から使っている",
    ],
    confirm: ["`getent hosts <名前>`、`nslookup <名前>`、`cat /etc/resolv.conf`を実行する"],
    remedy: `名前を直してください。Apple宛てなら、このネットワークで${apples}を解決できるようにしてください。`,
    whatWeDid: keptConnecting,
  },
  EAI_AGAIN: {
    meaning: "DNSサーバが応答しませんでした。名前自体は存在する可能性があります。",
    causes: ["ネットワークがない、またはDNSサーバが停止している", "コンテナからDNSサーバに到達できない"],
    confirm: ["`getent hosts <名前>`と`cat /etc/resolv.conf`を実行し、1分後にもう一度試す"],
    remedy: "ネットワークのDNSを直してください。",
    whatWeDid: keptConnecting,
  },
  ETIMEDOUT: {
    meaning: "時間内に応答がありません。パケットが途中で消えているか、相手が固まっています。",
    causes: [
      "ファイアウォールやセキュリティグループが、このポートへの外向きの接続を黙って捨てている",
      "プライベートネットワークに出口(NATゲートウェイやプロキシ)がない",
      "アドレスが違う、相手のマシンが停止している、または相手のサーバが固まっている",
    ],
    confirm: [
      "同じマシンから`nc -vz -w 5 <ホスト> <ポート>`を実行する(Appleは443番と2197番)。接続できるなら、相手のサーバが固まっている",
    ],
    remedy: `Apple宛て: ${apples}(Appleのアドレスは17.0.0.0/8)へのTCP 443番か2197番を許可するか、\`proxy\`または\`APNS_PROXY\`を設定してください。自前のサーバ宛て: 相手が動いているか、このマシンからポートに届くかを確認してください。`,
    whatWeDid: keptConnecting,
  },
  EHOSTUNREACH: {
    meaning: "このマシンから、そのアドレスへの経路がありません。",
    causes: [
      "ネットワークが切れている、または経路やVPNがない",
      "IPv6だけで接続しようとしたが、このネットワークにはIPv6がない",
    ],
    confirm: ["`ip route get <アドレス>`を実行し、`curl -4v`と`curl -6v`を比べる"],
    remedy: "経路を直すか、Node.jsを`--dns-result-order=ipv4first`で起動してください。",
    whatWeDid: keptConnecting,
  },
  ECONNRESET: {
    meaning: "相手、または途中の機器が接続を切断しました。",
    causes: [
      "接続直後なら、Appleのホストを通さないファイアウォールやプロキシ、または接続しすぎによる一時的な遮断",
      "無通信の後なら、NATやファイアウォールが接続を忘れた",
      "相手のサーバが再起動した",
    ],
    confirm: ["接続直後か、無通信が数分続いた後かを見る。`apns-voip doctor`は層ごとに試す"],
    remedy:
      "クライアントはプロセスで1つを使い続け、`pingInterval`をネットワークの無通信制限より短くし、Appleのホストへの通信を許可してください。",
    whatWeDid: brokenUnderway,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    meaning: "このマシンが信頼していない認証局の証明書です。",
    causes: [
      "社内プロキシがTLSを復号し、独自の認証局で署名し直している",
      "信頼された証明書の一覧が古いか独自のもので、USERTrust RSA Certification Authorityがない(小さなコンテナイメージ、`NODE_EXTRA_CA_CERTS`、`--use-openssl-ca`など)",
    ],
    confirm: [whoSigned],
    remedy: `証明書の一覧(\`ca-certificates\`パッケージ)を更新してください。${trustRemedy}`,
    whatWeDid: neverTrusted,
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    meaning: "証明書チェーンの末端が、ここでは信頼されていない自己署名の認証局です。",
    causes: ["社内プロキシがTLSを復号し、独自の認証局で署名し直している", "接続先がモックで、その証明書を渡していない"],
    confirm: [whoSigned],
    remedy: trustRemedy,
    whatWeDid: neverTrusted,
  },
  CERT_HAS_EXPIRED: {
    meaning: "このマシンの時計では、証明書が有効期間外です(期限切れ、または開始前)。",
    causes: ["このマシンの時計がずれている", "接続先が、古い証明書のプロキシやモックである"],
    confirm: [
      "`date -u`の後、`openssl s_client -connect api.push.apple.com:443 </dev/null | openssl x509 -noout -dates`を実行する",
    ],
    remedy: "時計を合わせてください。自前のプロキシやモックなら、証明書を更新してください。",
    whatWeDid: neverTrusted,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    meaning: "証明書が別のホスト名のものです。",
    causes: [
      "接続先が、証明書に載っていないIPアドレスや別名である",
      "プロキシやログイン画面、誤ったhosts設定が、Appleの代わりに応答している",
    ],
    confirm: [
      "`openssl s_client -connect <ホスト>:443 </dev/null | openssl x509 -noout -ext subjectAltName`と`getent hosts <ホスト>`を実行する",
    ],
    remedy: "証明書に載っているホスト名を使い、代わりに応答しているものを取り除いてください。",
    whatWeDid: neverTrusted,
  },
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: {
    meaning: "相手がHTTP/2に対応していません。TLSハンドシェイクで`h2`を拒否しました。",
    causes: [
      "TLSを復号し、HTTP/1.1しか話さないプロキシがAppleとの間にある",
      "`APNS_PRODUCTION_URL`または`APNS_SANDBOX_URL`が普通のWebサーバを指している",
    ],
    confirm: [
      "`openssl s_client -connect api.push.apple.com:443 -alpn h2 </dev/null`で`ALPN protocol: h2`と表示されるか見る",
    ],
    remedy: "Appleのホストを復号せずに通すか、HTTP CONNECTプロキシ(`proxy`、`APNS_PROXY`)を使ってください。",
    whatWeDid: neverTrusted,
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    meaning: "応答はありましたが、TLSではありませんでした。",
    causes: [
      "平文のHTTPのポートである(`http`のサーバに`https`のURLを指定している)",
      "プロキシやファイアウォールが平文で応答している",
    ],
    confirm: ["`curl -v http://<ホスト>:<ポート>/`で応答があるか見る"],
    remedy: "URLのスキームまたはポートを直してください。",
    whatWeDid: neverTrusted,
  },
  HPE_INVALID_CONSTANT: {
    meaning: "HTTP/1.1のクライアントで、HTTP/2のサーバ(Appleなど)に接続しています。",
    causes: [
      "`fetch`やaxiosなど、HTTP/1.1のクライアントでAppleに接続している、または`createApnsClient({ fetch })`に渡している",
    ],
    confirm: ["メッセージに「Expected HTTP/」と書かれている"],
    remedy: "モックや、`fetch`がHTTP/2に対応した実行環境を除き、オプション`fetch`を指定しないでください。",
    whatWeDid: brokenUnderway,
  },
  ERR_HTTP2_ERROR: {
    meaning: "相手がHTTP/2の規則に反しています。多くの場合、HTTP/2にまったく対応していません。",
    causes: ["HTTP/1.1しか話さないプロキシやWebサーバが応答している", "途中の機器が通信を壊している"],
    confirm: ["`curl -v --http2 https://<ホスト>/`で、合意されたプロトコルを見る"],
    remedy: "Appleのホストを復号せずに通すか、HTTP CONNECTプロキシ(`proxy`、`APNS_PROXY`)を使ってください。",
    whatWeDid: brokenUnderway,
  },
  ERR_HTTP2_GOAWAY_SESSION: {
    meaning: "Appleが終了を通知した接続を、その後も使いました。",
    causes: [
      "エラーだけを監視するクライアントが、GOAWAYの後も接続を使い続けている(本ライブラリでは起きない。同じプロセスの別の送信プログラムの可能性がある)",
    ],
    confirm: ["スタックトレースで、誰の接続かを確かめる"],
    remedy: "本ライブラリで送るか、`goaway`イベントでセッションを破棄してください。",
    whatWeDid: brokenUnderway,
  },
  ERR_HTTP2_STREAM_ERROR: {
    meaning: "相手が1つのリクエストを打ち切りました。コード7(拒否)なら、まったく処理されていません。",
    causes: [
      "その時点でAppleが許す数を超えて同時に送った(最初の有効なプロバイダトークンまでは1、その後は数百)",
      "接続が終了しかけていた",
    ],
    confirm: ["メッセージ中のコードを見る"],
    remedy: "対処は不要です。拒否されたものは自動的に送り直されます。",
    whatWeDid: brokenUnderway,
  },
};
