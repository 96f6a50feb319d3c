import { type ApnsVoipEvent, explainReason, type OnEvent } from "apns-voip";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/**
 * An `onEvent` that counts. Every label has a bounded set of values: no user ids, no tokens, no call ids, and a reason
 * that Apple has invented since counts as `other`.
 *
 * @example
 * createApnsClient({ ...apnsOptionsFromEnv(), onEvent: prometheusEvents(register) });
 */
export function prometheusEvents(registry: Registry): OnEvent {
  const registers = [registry];
  const rings = new Counter({
    name: "apns_voip_requests_total",
    help: "Calls and messages by how they ended for the user they were for.",
    labelNames: ["kind", "status"],
    registers,
  });
  const pushes = new Counter({
    name: "apns_voip_pushes_total",
    help: "Pushes to single devices by outcome; reason is Apple's, or an error code.",
    labelNames: ["push_type", "environment", "outcome", "reason"],
    registers,
  });
  const seconds = new Histogram({
    name: "apns_voip_push_duration_seconds",
    help: "From handing a push to the client to its outcome, retries included.",
    labelNames: ["push_type", "outcome"],
    buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const connections = new Gauge({
    name: "apns_voip_connections",
    help: "Connections to Apple that are open.",
    labelNames: ["environment"],
    registers,
  });
  const removed = new Counter({
    name: "apns_voip_devices_removed_total",
    help: "Device tokens removed because Apple said they are gone.",
    labelNames: ["reason"],
    registers,
  });
  const storeFailures = new Counter({
    name: "apns_voip_store_failures_total",
    help: "Operations of the device or idempotency store that failed.",
    labelNames: ["operation"],
    registers,
  });

  const timeToRing = new Histogram({
    name: "apns_voip_time_to_ring_seconds",
    help: "From Apple's acceptance to the phone's own word that it rings.",
    buckets: [0.25, 0.5, 1, 1.5, 2, 3, 5, 8, 15, 30],
    registers,
  });
  const receipts = new Counter({
    name: "apns_voip_receipts_total",
    help: "What phones reported of call pushes.",
    labelNames: ["event"],
    registers,
  });
  const silent = new Counter({
    name: "apns_voip_silent_phones_total",
    help: "Call pushes that Apple accepted and whose phone reported nothing in time: as a share of the accepted ones.",
    registers,
  });

  const woken = new Histogram({
    name: "apns_voip_push_to_phone_seconds",
    help: "On the signal server: from handing a call's push over to a phone that registers because of it.",
    buckets: [0.25, 0.5, 1, 1.5, 2, 3, 5, 8, 15, 30],
    registers,
  });
  const quiet = new Counter({
    name: "apns_voip_calls_nobody_woken_total",
    help: "On the signal server: calls that Apple accepted and to which no phone came in time.",
    registers,
  });
  const ended = new Counter({
    name: "apns_voip_calls_ended_total",
    help: "On the signal server: calls that are over, by why, and whether somebody had answered: the others were missed.",
    labelNames: ["why", "answered"],
    registers,
  });
  const callStoreFailures = new Counter({
    name: "apns_voip_call_store_failures_total",
    help: "On the signal server: operations of the call store that failed.",
    labelNames: ["operation"],
    registers,
  });

  const count: Counting = {
    "push.finished": event => rings.inc({ kind: event.kind, status: event.status }),
    "apns.result": event => {
      const { pushType: push_type, environment, outcome } = event;
      pushes.inc({ push_type, environment, outcome, reason: bounded(event.reason ?? event.error?.code) });
      seconds.observe({ push_type, outcome }, event.milliseconds / 1000);
    },
    "apns.connection-opened": event => connections.inc({ environment: event.environment }),
    "apns.connection-closed": event => connections.dec({ environment: event.environment }),
    "push.receipt": event => {
      receipts.inc({ event: event.event });
      if (event.event === "ringing") timeToRing.observe(event.milliseconds / 1000);
    },
    "push.silent": () => silent.inc(),
    "push.device-removed": event => removed.inc({ reason: bounded(event.reason) }),
    "signal.phone-woken": event => woken.observe(event.milliseconds / 1000),
    "signal.nobody-woken": () => quiet.inc(),
    "signal.call-ended": event => ended.inc({ why: event.why, answered: String(event.answered) }),
    "signal.store-failed": event => callStoreFailures.inc({ operation: event.operation }),
    "push.store-failed": event => storeFailures.inc({ operation: event.operation }),
  };
  return event => (count[event.type] as ((event: ApnsVoipEvent) => void) | undefined)?.(event);
}

type Counting = {
  readonly [Type in ApnsVoipEvent["type"]]?: (event: Extract<ApnsVoipEvent, { readonly type: Type }>) => void;
};

/** A label must have few values, so a reason that this version does not know becomes `other`. */
function bounded(reason: string | undefined): string {
  if (reason === undefined) return "none";
  const { status, sureness } = explainReason(reason);
  return status === undefined && sureness === "undocumented" ? "other" : reason;
}
