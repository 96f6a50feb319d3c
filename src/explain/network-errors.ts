import type { Sureness } from "./sureness.js";

/** Connection errors of Node.js, undici and OpenSSL, and how sure their causes are. */
export const NETWORK_ERRORS = {
  ECONNREFUSED: "documented",
  ENOTFOUND: "documented",
  EAI_AGAIN: "documented",
  ETIMEDOUT: "documented",
  EHOSTUNREACH: "documented",
  ECONNRESET: "reported",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "reported",
  SELF_SIGNED_CERT_IN_CHAIN: "documented",
  CERT_HAS_EXPIRED: "documented",
  ERR_TLS_CERT_ALTNAME_INVALID: "documented",
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: "reported",
  ERR_SSL_WRONG_VERSION_NUMBER: "documented",
  HPE_INVALID_CONSTANT: "reported",
  ERR_HTTP2_ERROR: "reported",
  ERR_HTTP2_GOAWAY_SESSION: "reported",
  ERR_HTTP2_STREAM_ERROR: "documented",
} as const satisfies Readonly<Record<string, Sureness>>;

export type NetworkErrorCode = keyof typeof NETWORK_ERRORS;

/** Other names of the same errors. */
export const NETWORK_ERROR_ALIASES = {
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
