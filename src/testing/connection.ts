import type { Environment } from "../environment.js";
import type { RegisteredKey } from "./keys.js";

/** How a door carries out what a fault asks of one of its connections. */
export interface ConnectionControl {
  /** A valid provider token has come: the limit of one stream ends. */
  authenticated(): void;
  /** Ends the connection as a pulled cable does. */
  cut(): void;
  goaway(frame: GoawayFrame): void;
  freeze(): void;
  thaw(): void;
  streamLimit(streams: number): void;
}

export interface GoawayFrame {
  readonly lastStreamId: number;
  readonly errorCode: number;
  readonly debug: string;
}

/** A GOAWAY that ends nothing yet: everything that was sent, and what is on its way, is still answered. */
export const PLAIN_GOAWAY: GoawayFrame = { lastStreamId: 2 ** 31 - 1, errorCode: 0, debug: "" };

/** Faults that strike the next requests of a connection. */
export interface ConnectionFaults {
  refuse: number;
  reset: { readonly count: number; readonly when: "before" | "after"; readonly errorCode: number } | undefined;
  cut: "before" | "after" | undefined;
  /** Pushes are neither looked at nor answered. */
  mute: boolean;
  delay: { readonly before: number; readonly after: number };
}

/** One connection, and what Apple ties to it. Only the rules and the faults change it. */
export interface Connection {
  readonly id: number;
  readonly environment: Environment;
  /**
   * False for doors that cannot see connections (`fetch`, msw): what would leave a connection unusable then refuses single
   * requests only.
   */
  readonly real: boolean;
  readonly control: ConnectionControl;
  /** On the mock's clock. */
  readonly openedAt: number;
  /** Pushes judged on it. */
  pushes: number;
  /** True once a fault was aimed at it. What its sender does after that is no violation. */
  disturbed: boolean;
  /** Key of the first valid provider token; all later ones must fit it. */
  key: RegisteredKey | undefined;
  /** The provider token in use, and since when on the mock's clock. */
  providerToken: { readonly text: string; readonly since: number } | undefined;
  /** Until when it is unusable because it had too many provider tokens. On the mock's clock. */
  restsUntil: number;
  /** Why it is unusable for good: it had an expired provider token, or one of a second team. */
  spoiledBy: "ExpiredProviderToken" | "InvalidProviderToken" | undefined;
  faults: ConnectionFaults;
}

export const noFaults = (): ConnectionFaults => ({
  refuse: 0,
  reset: undefined,
  cut: undefined,
  mute: false,
  delay: { before: 0, after: 0 },
});

export function newConnection(
  seed: Pick<Connection, "id" | "environment" | "real" | "control" | "openedAt">,
): Connection {
  return {
    ...seed,
    pushes: 0,
    disturbed: false,
    key: undefined,
    providerToken: undefined,
    restsUntil: 0,
    spoiledBy: undefined,
    faults: noFaults(),
  };
}
