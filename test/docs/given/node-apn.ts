/*
 * @parse/node-apn for the blocks that show what was before: what they use of it, with the types it states. When such a block
 * is run, it is the real one (needs: npm ci --prefix test/peers), talking to the mock instead of Apple.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

export interface ProviderOptions {
  readonly token?: { readonly key: string | Buffer; readonly keyId: string; readonly teamId: string };
  readonly production?: boolean;
}

export interface Notification {
  topic: string;
  pushType: "alert" | "background" | "voip";
  priority: number;
  expiry: number;
  payload: unknown;
}

export interface Responses {
  readonly sent: readonly { readonly device: string }[];
  readonly failed: readonly {
    readonly device: string;
    readonly status?: number;
    readonly response?: { readonly reason: string; readonly timestamp?: string };
    readonly error?: Error;
  }[];
}

export interface Provider {
  send(notification: Notification, recipients: string | string[]): Promise<Responses>;
  shutdown(callback?: () => void): void;
}

export interface NodeApn {
  readonly Provider: new (options: ProviderOptions) => Provider;
  readonly Notification: new () => Notification;
}

export const isInstalled = existsSync(new URL("../../peers/node_modules/@parse/node-apn", import.meta.url));

/** Loaded when it is used: whoever only reads the pages need not have it. */
const real = (): NodeApn => createRequire(new URL("../../peers/", import.meta.url))("@parse/node-apn");

const apn: NodeApn = {
  get Provider() {
    const { hostname, port } = new URL(process.env.APNS_PRODUCTION_URL ?? "");
    const ca = readFileSync(process.env.APNS_CA_PATH ?? "", "utf8");
    return class extends real().Provider {
      constructor(options: ProviderOptions) {
        super({ ...options, ...{ address: hostname, port: Number(port), ca } });
      }
    };
  },
  get Notification() {
    return real().Notification;
  },
};

export default apn;
