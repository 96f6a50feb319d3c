import { randomUUID } from "node:crypto";
import { tokenPrefix } from "../internal/describe.js";
import { pause } from "../internal/wait.js";
import { createPushService } from "../push/push-service.js";
import { type ApiAnswer, askApi } from "./api.js";
import { setting } from "./env.js";
import type { Patient } from "./patient.js";

/** What became of a test call on one device. */
export interface RungDevice {
  readonly tokenPrefix: string;
  readonly environment: string;
  readonly outcome: string;
  readonly reason: string | undefined;
  readonly apnsId: string;
  readonly apnsUniqueId: string | undefined;
  /** What the phone itself has reported. `none`: nothing in time. Undefined: the API server asks for no receipts. */
  readonly heard?: Heard | "none" | undefined;
}

/** A receipt of the phone's. */
export interface Heard {
  readonly event: string;
  readonly milliseconds: number;
}

/** What became of a test call, however it was sent. */
export type TestCall =
  | { readonly state: "no-way" }
  | { readonly state: "no-answer"; readonly answer: Extract<ApiAnswer, { readonly ok: false }> }
  | { readonly state: "refused"; readonly status: number; readonly error: string; readonly reasons: readonly string[] }
  | { readonly state: "no-devices" }
  | { readonly state: "rung"; readonly devices: readonly RungDevice[] };

/** Milliseconds to wait for the API server: its own ring timeout, and some more for the answer's way. */
const PATIENCE = 35_000;

/**
 * The caller's name tells the phone's owner that it is a test. The call id is new each time, because a phone ignores an
 * id that it is handling.
 */
const testCall = () => ({
  callId: `doctor-${randomUUID()}`,
  fromUserId: 0,
  fromDisplayName: "apns-voip doctor",
  hasVideo: false,
});

/** Rings through the API server, as the signal server does; without one, straight from the store. */
export async function ringUser(patient: Patient, toUserId: string): Promise<TestCall> {
  const url = await patient.api();
  const adminToken = setting(patient.env, "ADMIN_PUSH_TOKEN");
  if (url !== undefined && adminToken !== undefined) return ringThroughApi(patient, url, adminToken, toUserId);
  return ringDirectly(patient, toUserId);
}

async function ringThroughApi(patient: Patient, url: string, adminToken: string, toUserId: string): Promise<TestCall> {
  const call = testCall();
  const pushCall = url + patient.paths.pushCall;
  const answer = await askApi(patient, {
    url: pushCall,
    method: "POST",
    headers: { "x-admin-token": adminToken, "idempotency-key": randomUUID() },
    body: { toUserId, ...call },
    timeout: PATIENCE,
  });
  if (!answer.ok) return { state: "no-answer", answer };
  const { status, json } = answer;
  if (status === 404 && /token/i.test(String(json?.error ?? ""))) return { state: "no-devices" };
  if (status !== 200)
    return { state: "refused", status, error: String(json?.error ?? ""), reasons: texts(json?.reasons) };
  const devices = list(json?.devices).map(deviceOf);
  const accepted = devices.filter(({ outcome }) => outcome === "accepted").map(device => device.tokenPrefix);
  const asked = `${pushCall}/receipts?${new URLSearchParams({ toUserId, callId: call.callId })}`;
  const heard = await waitForReceipts(patient, asked, adminToken, accepted);
  return {
    state: "rung",
    devices: devices.map(device =>
      device.outcome === "accepted" && heard !== undefined
        ? { ...device, heard: heard.get(device.tokenPrefix) ?? "none" }
        : device,
    ),
  };
}

/** Milliseconds that phones may take to report. */
const RECEIPTS_WITHIN = 10_000;
/** Milliseconds between two looks for their reports. */
const LOOK = 500;

/** Reports, from the least to the most that they say of a phone. */
const WORTH = ["received", "failed", "declined", "answered", "ringing"];

/** Waits until each phone has said that it rings, or refused, or the time is over. Undefined: the API server has no receipts. */
async function waitForReceipts(
  patient: Patient,
  url: string,
  adminToken: string,
  phones: readonly string[],
): Promise<ReadonlyMap<string, Heard> | undefined> {
  const { clock } = patient.world;
  const best = new Map<string, Heard>();
  for (let waited = 0; ; waited += LOOK) {
    const answer = await askApi(patient, { url, method: "GET", headers: { "x-admin-token": adminToken } });
    if (!answer.ok || answer.status !== 200) return undefined;
    for (const row of list(answer.json?.receipts)) {
      const { token, event, milliseconds } = (row ?? {}) as Record<string, unknown>;
      const known = best.get(String(token));
      if (known !== undefined && WORTH.indexOf(known.event) >= WORTH.indexOf(String(event))) continue;
      best.set(String(token), { event: String(event), milliseconds: Number(milliseconds) || 0 });
    }
    const isDone = phones.every(phone => WORTH.indexOf(best.get(phone)?.event ?? "") > 0);
    if (isDone || waited >= RECEIPTS_WITHIN) return best;
    await pause(clock, LOOK, patient.signal);
    patient.signal?.throwIfAborted();
  }
}

async function ringDirectly(patient: Patient, toUserId: string): Promise<TestCall> {
  const options = await patient.apnsOptions();
  if (options === undefined || patient.devices === undefined) return { state: "no-way" };
  const { world, timeout } = patient;
  const apns = world.createApnsClient({ ...options, timeout, clock: world.clock });
  try {
    // The doctor changes nothing, so a device that Apple says is gone stays in the store.
    const push = createPushService({ apns, devices: patient.devices, removeDevices: false, clock: world.clock });
    const report = await push.sendCall({ toUserId, ...testCall() }, { signal: patient.signal });
    if (report.status === "no-devices") return { state: "no-devices" };
    return {
      state: "rung",
      devices: report.devices.map(({ device, result }) => ({
        tokenPrefix: tokenPrefix(device.token),
        environment: result.environment,
        outcome: result.outcome,
        reason: result.outcome === "rejected" ? result.reason : "error" in result ? result.error.code : undefined,
        apnsId: result.apnsId,
        apnsUniqueId: result.outcome === "accepted" ? result.apnsUniqueId : undefined,
      })),
    };
  } finally {
    await apns.close();
  }
}

function deviceOf(row: unknown): RungDevice {
  const { token, environment, outcome, reason, apnsId, apnsUniqueId } = (row ?? {}) as Record<string, unknown>;
  return {
    tokenPrefix: String(token ?? "?"),
    environment: String(environment ?? "?"),
    outcome: String(outcome ?? "?"),
    reason: reason === undefined ? undefined : String(reason),
    apnsId: String(apnsId ?? "?"),
    apnsUniqueId: apnsUniqueId === undefined ? undefined : String(apnsUniqueId),
  };
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): readonly string[] => list(value).map(String);
