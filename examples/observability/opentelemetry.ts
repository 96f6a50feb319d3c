import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { context, type Meter, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { ApnsVoipEvent } from "apns-voip";

/**
 * Spans and metrics from the diagnostics channel `apns-voip`: nothing has to be passed to the client or the service, so it
 * can live in the file that sets up OpenTelemetry.
 *
 * One span per call or message, below it one per device. They belong to whatever span is active when the request comes in,
 * for example that of an HTTP instrumentation. Returns what stops it.
 */
export function traceApnsVoip(tracer: Tracer, meter: Meter): () => void {
  const pushes = meter.createCounter("apns_voip.pushes", { description: "Pushes to single devices" });
  const duration = meter.createHistogram("apns_voip.push.duration", { unit: "s", description: "Until the outcome" });
  const timeToRing = meter.createHistogram("apns_voip.time_to_ring", {
    unit: "s",
    description: "Until the phone rang",
  });
  const silent = meter.createCounter("apns_voip.silent_phones", { description: "Accepted, and nothing was heard" });
  // The channel calls us in the async context of whoever publishes: what we enter at the start of a request is there
  // at its end, however many requests run at once.
  const current = new AsyncLocalStorage<Request>();
  // Outcomes come from a connection that many requests share, so the span of an outcome is found by its device.
  const byDevice = new Map<string, Span>();

  const follow: Follow = {
    "push.started": ({ kind, toUserId }) => {
      const attributes = { "apns_voip.kind": kind, "enduser.id": toUserId };
      current.enterWith({ span: tracer.startSpan(`apns-voip ${kind}`, { attributes }), devices: [] });
    },

    "push.devices-found": ({ tokenPrefixes }) => {
      const request = current.getStore();
      if (request === undefined) return;
      request.devices = tokenPrefixes;
      request.span.setAttribute("apns_voip.devices", tokenPrefixes.length);
      for (const prefix of tokenPrefixes) byDevice.set(prefix, request.span);
    },

    "apns.result": event => {
      const parent = byDevice.get(event.tokenPrefix);
      const failure = event.reason ?? event.error?.code;
      const bounded = { "apns_voip.outcome": event.outcome, "apns_voip.environment": event.environment };
      const span = tracer.startSpan(
        `apns ${event.pushType}`,
        {
          kind: SpanKind.CLIENT,
          startTime: Date.now() - event.milliseconds,
          attributes: {
            ...bounded,
            "apns.id": event.apnsId,
            "apns.topic": event.topic,
            "apns_voip.attempts": event.attempts,
            ...(event.status !== undefined && { "http.response.status_code": event.status }),
            ...(failure !== undefined && { "error.type": failure }),
          },
        },
        parent ? trace.setSpan(context.active(), parent) : context.active(),
      );
      if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      span.end();
      pushes.add(1, bounded);
      duration.record(event.milliseconds / 1000, bounded);
    },

    // The call's own span has ended by now, so this goes on the span of the request that brought the receipt.
    "push.receipt": ({ event, milliseconds, callId, toUserId }) => {
      const attributes = {
        "apns_voip.milliseconds": milliseconds,
        "apns_voip.call_id": callId,
        "enduser.id": toUserId,
      };
      trace.getActiveSpan()?.addEvent(`phone ${event}`, attributes);
      if (event === "ringing") timeToRing.record(milliseconds / 1000);
    },

    "push.silent": () => silent.add(1),

    "push.finished": ({ status, reasons }) => {
      const { span, devices = [] } = current.getStore() ?? {};
      span?.setAttribute("apns_voip.status", status);
      if (status === "failed") span?.setStatus({ code: SpanStatusCode.ERROR, message: reasons.join(", ") });
      span?.end();
      for (const prefix of devices) if (byDevice.get(prefix) === span) byDevice.delete(prefix);
    },
  };

  const onEvent = (message: unknown) => {
    const event = message as ApnsVoipEvent;
    (follow[event.type] as ((event: ApnsVoipEvent) => void) | undefined)?.(event);
  };
  subscribe("apns-voip", onEvent);
  return () => {
    unsubscribe("apns-voip", onEvent);
  };
}

/** A call or message that is under way. */
interface Request {
  readonly span: Span;
  devices: readonly string[];
}

type Follow = {
  readonly [Type in ApnsVoipEvent["type"]]?: (event: Extract<ApnsVoipEvent, { readonly type: Type }>) => void;
};
