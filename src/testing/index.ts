/**
 * A mock of Apple's push service: strict as the real one, with phones that ring and faults on command.
 *
 * @module
 */
export type { PushEffect, ReadCall, ReceivedPush } from "./calling-app.js";
export type { MockClock } from "./clock.js";
export type { MockDevice, MockDeviceOptions } from "./device.js";
export type { MockFaults } from "./faults.js";
export type { MockFetch } from "./fetch.js";
export type { MockApnsListener, MockListenOptions } from "./http2/listen.js";
export type { MockKey, MockKeyOptions } from "./keys.js";
export { createMockApns, type MockApns, type MockConnection } from "./mock-apns.js";
export type { MockApnsOptions } from "./options.js";
export type { MockPush } from "./push.js";
export type { MockReceiptOptions, SentReceipt } from "./reporter.js";
export type { ExchangeFault, ScriptedAnswer, ScriptedReply } from "./script.js";
export type { MockViolation, MockViolationRule } from "./violations.js";
