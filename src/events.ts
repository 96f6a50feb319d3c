import type { Environment } from "./environment.js";
import type { ApnsVoipError } from "./errors.js";

/**
 * Everything that happens, one union. `type` starts with the room it comes from. Device tokens appear only as
 * `tokenPrefix`, the first 12 characters and `...`; no event holds a key, a provider token or an admin token.
 */
export type ApnsVoipEvent = ApnsEvent | PushEvent | RouteEvent | SignalEvent;

/** Listens to events. What it throws or rejects with changes nothing. */
export type OnEvent = (event: ApnsVoipEvent) => void;

/** From the APNs client. */
export type ApnsEvent =
  /** A provider token was made (not: taken from memory). `issuedAt` is its `iat`. */
  | { readonly type: "apns.token-made"; readonly keyId: string; readonly issuedAt: Date }
  | {
      readonly type: "apns.connection-opened";
      readonly environment: Environment;
      readonly connection: number;
      readonly origin: string;
      readonly milliseconds: number;
    }
  | {
      readonly type: "apns.connection-failed";
      readonly environment: Environment;
      readonly origin: string;
      readonly error: ApnsVoipError;
      readonly retryInMilliseconds: number;
    }
  | {
      readonly type: "apns.connection-closed";
      readonly environment: Environment;
      readonly connection: number;
      readonly why: string;
    }
  /** Apple is about to close the connection. `debugData` is as it came: JSON, text, or empty. */
  | {
      readonly type: "apns.going-away";
      readonly environment: Environment;
      readonly connection: number;
      readonly errorCode: number;
      readonly lastStreamId: number;
      readonly debugData: string;
      readonly reason?: string;
    }
  /** A push was sent to Apple. `attempt` counts from 1: a push that is tried again leaves more than once. */
  | {
      readonly type: "apns.attempt";
      readonly apnsId: string;
      /** The user and the call that it is for, if `send` was given `about`. A push service gives it. */
      readonly toUserId?: string;
      readonly callId?: string;
      readonly environment: Environment;
      readonly attempt: number;
      readonly tokenPrefix: string;
      readonly pushType: string;
      readonly topic: string;
    }
  /** It is certain what became of a push, or that nobody can know. */
  | {
      readonly type: "apns.result";
      readonly apnsId: string;
      /** As in `apns.attempt`. */
      readonly toUserId?: string;
      readonly callId?: string;
      readonly environment: Environment;
      readonly attempts: number;
      readonly tokenPrefix: string;
      readonly pushType: string;
      readonly topic: string;
      readonly outcome: "accepted" | "rejected" | "unsent" | "unknown";
      readonly status?: number;
      readonly reason?: string;
      readonly error?: ApnsVoipError;
      readonly milliseconds: number;
    }
  /** Apple's clock and ours differ. Positive: ours is ahead. */
  | { readonly type: "apns.clock-skew"; readonly environment: Environment; readonly milliseconds: number };

/** From the push service. */
export type PushEvent =
  | {
      readonly type: "push.started";
      readonly kind: "call" | "message";
      readonly toUserId: string;
      readonly callId?: string;
    }
  /** A call's payload would have been too large, so keys were left out: those marked `droppable`, or `receipt`. */
  | {
      readonly type: "push.keys-dropped";
      readonly toUserId: string;
      readonly callId: string;
      readonly keys: readonly string[];
      /** Bytes of JSON that it would have had. */
      readonly bytes: number;
      /** Bytes of JSON that Apple takes at most. */
      readonly mostBytes: number;
    }
  /** The devices of the user were looked up. An empty list: the user has none. */
  | {
      readonly type: "push.devices-found";
      readonly kind: "call" | "message";
      readonly toUserId: string;
      readonly callId?: string;
      readonly tokenPrefixes: readonly string[];
      /** How many devices of the user are not in the list because the request excepts them. Absent: none. */
      readonly excepted?: number;
    }
  | {
      readonly type: "push.finished";
      readonly kind: "call" | "message";
      readonly toUserId: string;
      readonly callId?: string;
      readonly status: "accepted" | "unknown" | "failed" | "no-devices" | "duplicate" | "cancelled";
      /** `apnsId` of each `apns.result` that belongs to it: one for each device that was tried. */
      readonly apnsIds: readonly string[];
      /** Why devices did not accept, each reason once: Apple's reasons, and error codes of this library. */
      readonly reasons: readonly string[];
      /** The devices that did not accept, also when others did. */
      readonly failures: readonly PushFailure[];
      /** As in `push.devices-found`. */
      readonly excepted?: number;
      /** The user has no VoIP token: the status is that of the alerts that `fallback` gave. */
      readonly instead?: "alert";
    }
  | {
      readonly type: "push.device-registered";
      readonly userId: string;
      readonly pushType: "voip" | "alert";
      readonly tokenPrefix: string;
    }
  | {
      readonly type: "push.device-unregistered";
      /** Absent: the phone had no login, and named the token in whole. */
      readonly userId?: string;
      readonly pushType: "voip" | "alert";
      readonly tokenPrefix: string;
    }
  | {
      readonly type: "push.environment-learned";
      readonly userId: string;
      readonly callId?: string;
      readonly tokenPrefix: string;
      readonly environment: Environment;
    }
  | {
      readonly type: "push.device-removed";
      readonly userId: string;
      readonly callId?: string;
      readonly tokenPrefix: string;
      readonly reason: string;
    }
  /**
   * Apple says that a device is gone, and it stays in the store: each further call tries it. Told once per device and
   * hour.
   */
  | {
      readonly type: "push.device-kept";
      readonly userId: string;
      readonly callId?: string;
      readonly tokenPrefix: string;
      readonly reason: string;
      readonly why: string;
    }
  /**
   * A phone reported what became of a call push. A repeated report is not told. `milliseconds`: since Apple accepted
   * it.
   */
  | {
      readonly type: "push.receipt";
      readonly toUserId: string;
      readonly callId: string;
      readonly tokenPrefix: string;
      readonly event: "received" | "ringing" | "answered" | "declined" | "failed";
      readonly milliseconds: number;
      /** The phone's own words, at most 200 characters, control characters shown. */
      readonly detail?: string;
    }
  /** Apple accepted a call push, and the phone has reported nothing for so long. Once for each phone, in one process. */
  | {
      readonly type: "push.silent";
      readonly toUserId: string;
      readonly callId: string;
      readonly tokenPrefix: string;
      readonly milliseconds: number;
    }
  /** `fallback` threw, or gave no message that can be sent. The call itself went on. */
  | {
      readonly type: "push.fallback-failed";
      readonly toUserId: string;
      readonly callId: string;
      readonly why: "silent" | "no-voip-token";
      readonly error: unknown;
    }
  /** The store did not answer as it should; the push went on without it where it could. */
  | {
      readonly type: "push.store-failed";
      readonly operation: "save" | "list" | "remove" | "setEnvironment" | "claim" | "release" | "cancel" | "receipt";
      readonly error: unknown;
    };

/** A device for which Apple accepted no push. */
export interface PushFailure {
  readonly tokenPrefix: string;
  readonly environment: Environment;
  readonly outcome: "rejected" | "unsent" | "unknown";
  /** Apple's reason, or an error code of this library. */
  readonly reason: string;
  /** The error's message. Absent where Apple answered. */
  readonly message?: string;
}

/** From the routes. */
export type RouteEvent =
  /** A request to push came in, with the right admin token and a user to push to. */
  | { readonly type: "http.push-requested"; readonly method: string; readonly path: string; readonly toUserId: string }
  /** A message had keys that this API does not know. It was sent without them. */
  | {
      readonly type: "http.keys-ignored";
      readonly method: string;
      readonly path: string;
      readonly keys: readonly string[];
    }
  /** One per request that was answered. */
  | {
      readonly type: "http.answered";
      readonly method: string;
      readonly path: string;
      readonly status: number;
      /** The `error` of the answer's body, if it has one. */
      readonly error?: string;
      /** Why it was answered so. It is told here and not to the client. */
      readonly detail?: string;
      /** How the push ended, if the request got as far as sending one. */
      readonly push?: "accepted" | "unknown" | "failed" | "no-devices" | "duplicate" | "cancelled";
      readonly milliseconds: number;
    };

/** From the signal server's side. */
export type SignalEvent =
  | { readonly type: "signal.offer"; readonly fromUserId: string; readonly toUserId: string }
  | { readonly type: "signal.user-offline"; readonly toUserId: string }
  /** Phones of the callee are connected and have the offer; the user's others are pushed. */
  | { readonly type: "signal.pushing-others"; readonly toUserId: string; readonly connected: number }
  /**
   * A phone that was pushed has connected. `phone`: the id of its connection. `milliseconds`: since the push was handed
   * over.
   */
  | {
      readonly type: "signal.phone-woken";
      readonly toUserId: string;
      readonly callId: string;
      readonly phone: string;
      readonly milliseconds: number;
    }
  /** Apple accepted the push, and no phone of a user who was not connected has come since; the call still rings. */
  | {
      readonly type: "signal.nobody-woken";
      readonly toUserId: string;
      readonly callId: string;
      readonly milliseconds: number;
    }
  /** A call is over. Once for the call, in one process. `milliseconds` since it was offered. */
  | {
      readonly type: "signal.call-ended";
      readonly fromUserId: string;
      readonly toUserId: string;
      readonly callId: string;
      /** As phones are told. */
      readonly why: "cancelled" | "hang-up" | "declined" | "answered-elsewhere" | "no-answer" | "no-devices" | "failed";
      /** Somebody had answered it. */
      readonly answered: boolean;
      readonly milliseconds: number;
    }
  /** What a phone sent was refused, or done in part. No call of another user has changed. */
  | {
      readonly type: "signal.refused";
      readonly userId: string;
      readonly event: "register" | "offer" | "answer" | "ice" | "call-end" | "gone";
      readonly why: string;
    }
  /** The call store did not answer as it should; the call went on by socket where it could. */
  | {
      readonly type: "signal.store-failed";
      readonly operation: "read" | "write" | "due";
      readonly error: unknown;
    }
  /** `online` failed or took too long. An offer is then treated as if nobody were connected. */
  | { readonly type: "signal.online-failed"; readonly userId: string; readonly error: unknown }
  | { readonly type: "signal.push-started"; readonly kind: "call" | "message"; readonly toUserId: string }
  | {
      readonly type: "signal.push-finished";
      readonly kind: "call" | "message";
      readonly toUserId: string;
      readonly status: "accepted" | "duplicate" | "no-devices" | "unknown" | "failed" | "cancelled";
      readonly httpStatus?: number;
      readonly message?: string;
    }
  /** The caller had hung up, and the API was asked not to send what had not left. `message`: why it could not be asked. */
  | {
      readonly type: "signal.push-cancelled";
      readonly toUserId: string;
      readonly cancelled: boolean;
      readonly message?: string;
    };
