/**
 * Rings two phones at a mock Apple, one of which has left, with all three recipes at work: JSON log lines as they happen,
 * then the spans, then the counters.
 */
import { metrics } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { createApnsClient, createPushService, memoryDeviceStore, type OnEvent } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { pino } from "pino";
import { Registry } from "prom-client";
import { traceApnsVoip } from "./opentelemetry.ts";
import { pinoEvents } from "./pino.ts";
import { prometheusEvents } from "./prometheus.ts";

const registry = new Registry();
const listeners: OnEvent[] = [
  pinoEvents(pino({ base: null }, pino.destination({ sync: true }))),
  prometheusEvents(registry),
];
const spans = new InMemorySpanExporter();
const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }).getTracer(
  "example",
);
traceApnsVoip(tracer, metrics.getMeter("example"));

const mock = createMockApns();
const [phone, oldPhone] = [mock.device(), mock.device()];
const apns = createApnsClient({
  ...mock.key,
  bundleId: phone.bundleId,
  fetch: mock.fetch,
  onEvent: event => {
    for (const listener of listeners) listener(event);
  },
});
const devices = memoryDeviceStore();
await devices.save(phone.device(10));
await devices.save(oldPhone.device(10));
oldPhone.uninstall(Date.now() + 1000);

const { status } = await createPushService({ apns, devices }).sendCall({
  toUserId: 10,
  callId: "11-10",
  fromUserId: 11,
});

const seen = spans.getFinishedSpans();
for (const span of seen) console.log("span", span.name, span.attributes);
const series = await registry.metrics();
console.log(series);
await apns.close();
console.log(`The call was ${status}; ${seen.length} spans, ${series.match(/^\w/gm)?.length ?? 0} series.`);
process.exitCode = status === "accepted" && seen.length > 0 && series !== "" ? 0 : 1;
