import { execFile } from "node:child_process";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { createApnsClient, createPushService, memoryDeviceStore, type OnEvent } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, describe, expect, test } from "vitest";
import { traceApnsVoip } from "../../examples/observability/opentelemetry.ts";
import { pinoEvents } from "../../examples/observability/pino.ts";
import { prometheusEvents } from "../../examples/observability/prometheus.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const call = (toUserId: number) => ({ toUserId, callId: `11-${toUserId}`, fromUserId: 11 });

/** A service with a phone for user 10, and one for user 20 whose app has been deleted. */
async function setUp(onEvent?: OnEvent) {
  const mock = createMockApns();
  const apns = createApnsClient({ ...mock.key, bundleId: "com.example.app", fetch: mock.fetch, onEvent });
  cleanUps.push(() => apns.close());
  const devices = memoryDeviceStore();
  const phone = mock.device({ userId: 10 });
  const deleted = mock.device({ userId: 20 });
  await devices.save(phone.device());
  await devices.save(deleted.device());
  deleted.uninstall(Date.now() + 60_000);
  return { mock, apns, phone, deleted, push: createPushService({ apns, devices }) };
}

describe("pino as onEvent", () => {
  function listen() {
    const lines: Record<string, unknown>[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(JSON.parse(String(chunk)));
        done();
      },
    });
    return { lines, onEvent: pinoEvents(pino({ level: "debug" }, stream)) };
  }

  test("writes each event as one line of JSON, as loud as it is bad", async () => {
    const { lines, onEvent } = listen();
    const { push } = await setUp(onEvent);
    await push.sendCall(call(10));
    await push.sendCall(call(20));
    await push.sendCall(call(30));
    const ended = lines.filter(({ msg }) => msg === "push.finished");
    expect(ended.map(({ toUserId, status, level }) => ({ toUserId, status, level }))).toEqual([
      { toUserId: "10", status: "accepted", level: 30 },
      { toUserId: "20", status: "failed", level: 50 },
      { toUserId: "30", status: "no-devices", level: 40 },
    ]);
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: "push.device-removed", level: 40, reason: "Unregistered" }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ msg: "apns.attempt", level: 20 }));
  });

  test("writes an error with its code and its cause", async () => {
    const { lines, onEvent } = listen();
    const { apns } = await setUp(onEvent);
    const devices = { ...memoryDeviceStore(), list: () => Promise.reject(new Error("the database is gone")) };
    await expect(createPushService({ apns, devices }).sendCall(call(10))).rejects.toThrow();
    const [line] = lines.filter(({ msg }) => msg === "push.store-failed");
    expect(line).toMatchObject({ level: 50, operation: "list", err: { code: "STORE_FAILED" } });
    expect(JSON.stringify(line)).toContain("the database is gone");
  });

  test("writes no secret and no whole device token", async () => {
    const { lines, onEvent } = listen();
    const { mock, push, phone, deleted } = await setUp(onEvent);
    await push.sendCall(call(10));
    await push.sendCall(call(20));
    const written = JSON.stringify(lines);
    for (const secret of [phone.token, deleted.token, mock.key.key, "eyJ"]) expect(written).not.toContain(secret);
  });
});

describe("Prometheus counters", () => {
  test("count calls by how they ended and pushes by their outcome", async () => {
    const registry = new Registry();
    const { push } = await setUp(prometheusEvents(registry));
    await push.sendCall(call(10));
    await push.sendCall(call(20));
    await push.sendCall(call(30));
    const text = await registry.metrics();
    for (const line of [
      'apns_voip_requests_total{kind="call",status="accepted"} 1',
      'apns_voip_requests_total{kind="call",status="failed"} 1',
      'apns_voip_requests_total{kind="call",status="no-devices"} 1',
      'apns_voip_pushes_total{push_type="voip",environment="production",outcome="accepted",reason="none"} 1',
      'apns_voip_pushes_total{push_type="voip",environment="production",outcome="rejected",reason="Unregistered"} 1',
      'apns_voip_push_duration_seconds_count{push_type="voip",outcome="accepted"} 1',
      'apns_voip_devices_removed_total{reason="Unregistered"} 1',
    ])
      expect(text).toContain(line);
  });

  test("show how long it took until phones rang, and how many said nothing", async () => {
    const registry = new Registry();
    const onEvent = prometheusEvents(registry);
    const about = { toUserId: "10", callId: "11-10", tokenPrefix: "9f739db8afff..." } as const;
    onEvent({ type: "push.receipt", ...about, event: "received", milliseconds: 300 });
    onEvent({ type: "push.receipt", ...about, event: "ringing", milliseconds: 812 });
    onEvent({ type: "push.silent", ...about, milliseconds: 8_000 });
    const text = await registry.metrics();
    expect(text).toContain('apns_voip_time_to_ring_seconds_bucket{le="0.5"} 0');
    expect(text).toContain('apns_voip_time_to_ring_seconds_bucket{le="1"} 1');
    expect(text).toContain('apns_voip_receipts_total{event="received"} 1');
    expect(text).toContain("apns_voip_silent_phones_total 1");
    expect(text).not.toContain("9f739db8afff");
  });

  test("show on the signal server how long it takes from a push to the phone", async () => {
    const registry = new Registry();
    const onEvent = prometheusEvents(registry);
    onEvent({ type: "signal.phone-woken", toUserId: "10", callId: "11-10", phone: "s1", milliseconds: 812 });
    onEvent({ type: "signal.nobody-woken", toUserId: "10", callId: "11-10", milliseconds: 8_000 });
    const ended = { type: "signal.call-ended", fromUserId: "11", toUserId: "10", callId: "11-10" } as const;
    onEvent({ ...ended, why: "hang-up", answered: true, milliseconds: 63_000 });
    onEvent({ ...ended, why: "no-answer", answered: false, milliseconds: 30_000 });
    onEvent({ type: "signal.store-failed", operation: "read", error: new Error("READONLY") });
    const text = await registry.metrics();
    expect(text).toContain('apns_voip_push_to_phone_seconds_bucket{le="0.5"} 0');
    expect(text).toContain('apns_voip_push_to_phone_seconds_bucket{le="1"} 1');
    expect(text).toContain("apns_voip_calls_nobody_woken_total 1");
    expect(text).toContain('apns_voip_calls_ended_total{why="hang-up",answered="true"} 1');
    expect(text).toContain('apns_voip_calls_ended_total{why="no-answer",answered="false"} 1');
    expect(text).toContain('apns_voip_call_store_failures_total{operation="read"} 1');
    expect(text).not.toContain("11-10");
  });

  test("count the connections that are open", async () => {
    const registry = new Registry();
    const mock = createMockApns();
    const { endpoints, ca, close } = await mock.listen();
    cleanUps.push(close);
    const apns = createApnsClient({ ...mock.key, endpoints, ca, onEvent: prometheusEvents(registry) });
    await apns.warmUp();
    expect(await registry.metrics()).toContain('apns_voip_connections{environment="production"} 1');
    await apns.close();
    expect(await registry.metrics()).toContain('apns_voip_connections{environment="production"} 0');
  });

  test("have labels of a bounded set: no users, no tokens, and a strange reason is other", async () => {
    const registry = new Registry();
    const { mock, push, phone } = await setUp(prometheusEvents(registry));
    mock.script(phone.token, [{ status: 400, reason: "ReasonOfTomorrow" }]);
    await push.sendCall(call(10));
    const text = await registry.metrics();
    expect(text).toContain('outcome="rejected",reason="other"');
    expect(text).not.toContain("ReasonOfTomorrow");
    expect(text).not.toContain(phone.token.slice(0, 12));
    expect(text).not.toContain("11-10");
  });
});

describe("OpenTelemetry through the diagnostics channel", () => {
  function trace() {
    const spans = new InMemorySpanExporter();
    const tracers = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] });
    const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 });
    const meters = new MeterProvider({ readers: [reader] });
    const stop = traceApnsVoip(tracers.getTracer("test"), meters.getMeter("test"));
    cleanUps.push(stop, () => meters.shutdown());
    return { spans, metrics, meters, stop };
  }

  test("makes a span per call, and in it one per device, also when many calls run at once", async () => {
    const { spans } = trace();
    const { push, phone, deleted } = await setUp();
    await Promise.all([push.sendCall(call(10)), push.sendCall(call(20)), push.sendCall(call(30))]);

    const finished = spans.getFinishedSpans();
    const ofUser = (userId: string) => finished.find(({ attributes }) => attributes["enduser.id"] === userId);
    const below = (userId: string) =>
      finished.filter(span => span.parentSpanContext?.spanId === ofUser(userId)?.spanContext().spanId);
    expect(ofUser("10")).toMatchObject({ name: "apns-voip call", attributes: { "apns_voip.status": "accepted" } });
    expect(ofUser("20")).toMatchObject({
      attributes: { "apns_voip.status": "failed" },
      status: { message: "Unregistered" },
    });
    expect(ofUser("30")).toMatchObject({ attributes: { "apns_voip.status": "no-devices", "apns_voip.devices": 0 } });
    expect(below("10").map(({ attributes }) => attributes["apns_voip.outcome"])).toEqual(["accepted"]);
    expect(below("20").map(({ attributes }) => attributes["error.type"])).toEqual(["Unregistered"]);
    expect(below("30")).toEqual([]);
    for (const { token } of [phone, deleted])
      expect(JSON.stringify(finished.map(span => span.attributes))).not.toContain(token);
  });

  test("finds the call of each push over HTTP/2, too", async () => {
    const { spans } = trace();
    const mock = createMockApns();
    const { endpoints, ca, close } = await mock.listen();
    const apns = createApnsClient({ ...mock.key, bundleId: "com.example.app", endpoints, ca });
    cleanUps.push(() => apns.close(), close);
    const devices = memoryDeviceStore();
    const users = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const userId of users) await devices.save(mock.device({ userId }).device());
    const push = createPushService({ apns, devices });
    await Promise.all(users.map(userId => push.sendCall(call(userId))));

    const finished = spans.getFinishedSpans();
    const calls = finished.filter(({ name }) => name === "apns-voip call");
    const parents = finished.filter(({ name }) => name === "apns voip").map(span => span.parentSpanContext?.spanId);
    expect(calls).toHaveLength(20);
    expect(parents.toSorted()).toEqual(calls.map(span => span.spanContext().spanId).toSorted());
  });

  test("counts pushes by outcome and environment", async () => {
    const { metrics, meters } = trace();
    const { push } = await setUp();
    await push.sendCall(call(10));
    await meters.forceFlush();
    const recorded = metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics));
    const pushes = recorded.find(({ descriptor }) => descriptor.name === "apns_voip.pushes");
    expect(pushes?.dataPoints).toMatchObject([
      { value: 1, attributes: { "apns_voip.outcome": "accepted", "apns_voip.environment": "production" } },
    ]);
  });

  test("makes no spans any more once it is stopped", async () => {
    const { spans, stop } = trace();
    stop();
    const { push } = await setUp();
    await push.sendCall(call(10));
    expect(spans.getFinishedSpans()).toEqual([]);
  });
});

test("the example runs, and shows log lines, spans and counters", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    new URL("from-source.ts", import.meta.url).href,
    fileURLToPath(new URL("../../examples/observability/run.ts", import.meta.url)),
  ]);
  expect(stdout).toContain('"msg":"push.finished"');
  expect(stdout).toContain("span apns-voip call");
  expect(stdout).toContain('apns_voip_requests_total{kind="call",status="accepted"} 1');
});
