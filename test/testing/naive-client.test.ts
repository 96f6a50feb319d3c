import { createPrivateKey } from "node:crypto";
import { connect } from "node:http2";
import type { ApnsResult } from "apns-voip";
import type { MockApns } from "apns-voip/testing";
import { SignJWT } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { CALL, type Rig, rig } from "../apns/rig.js";

const PUSHES = 10;
/** Milliseconds after which the naive client takes an answer for lost. */
const PATIENCE = 400;
/** The same for the first push, which nothing disturbs: it must be answered, however busy the machine is. */
const FIRST_PATIENCE = 30_000;

interface NaiveClient {
  /** One push to each phone at once; the statuses that came, undefined for each that did not. */
  push(tokens: readonly string[], patience?: number): Promise<(number | undefined)[]>;
}

/** What is written in an afternoon: one connection, a request per push, and no thought of what may happen to either. */
async function naiveClient(mock: MockApns, origin: string, ca: string): Promise<NaiveClient> {
  const { teamId, keyId, key } = mock.key;
  const token = await new SignJWT()
    .setProtectedHeader({ alg: "ES256", kid: keyId })
    .setIssuer(teamId)
    .setIssuedAt(Math.floor(mock.clock.now() / 1000))
    .sign(createPrivateKey(key));
  const session = connect(origin, { ca });
  session.on("error", () => {});
  onTestFinished(() => session.destroy());

  const one = (deviceToken: string, patience: number) =>
    new Promise<number | undefined>(resolve => {
      const timer = setTimeout(resolve, patience, undefined);
      onTestFinished(() => clearTimeout(timer));
      try {
        const stream = session.request({
          ":method": "POST",
          ":path": `/3/device/${deviceToken}`,
          authorization: `bearer ${token}`,
          "apns-topic": "com.example.app.voip",
          "apns-push-type": "voip",
          "apns-expiration": "0",
        });
        stream.on("response", headers => resolve(headers[":status"]));
        stream.on("error", () => resolve(undefined));
        stream.end(JSON.stringify(CALL));
      } catch {
        resolve(undefined);
      }
    });
  return { push: (tokens, patience = PATIENCE) => Promise.all(tokens.map(token => one(token, patience))) };
}

type Strike = (mock: MockApns) => void;

/** What strikes while pushes are on their way. */
const IN_FLIGHT: readonly (readonly [string, Strike])[] = [
  ["goaway with a last id", mock => mock.faults.goaway({ lastStreamId: 1 })],
  ["cut", mock => mock.faults.cut()],
  ["freeze", mock => mock.faults.freeze()],
];

/** What is in place before the next push. */
const BEFORE: readonly (readonly [string, Strike])[] = [
  ["goaway", mock => mock.faults.goaway()],
  ["refuseStreams", mock => mock.faults.refuseStreams(3)],
  ["resetStreams before the push is looked at", mock => mock.faults.resetStreams(3, { when: "before" })],
  ["cut before the next push is looked at", mock => mock.faults.cut({ when: "before" })],
  ["cut after the next push was accepted", mock => mock.faults.cut({ when: "after" })],
  ["delay", mock => mock.faults.delay(2000)],
];

/** What meets a connection that is yet to be made. */
const AT_CONNECT: readonly (readonly [string, Strike])[] = [
  ["refuseConnections", mock => mock.faults.refuseConnections(1)],
  ["stallConnections", mock => mock.faults.stallConnections(1)],
  ["the limit of one stream until the first valid token", () => {}],
];

async function ours({ phones, ring, pass }: Rig): Promise<ApnsResult["outcome"][]> {
  const results = phones(PUSHES).map(phone => ring(phone, { onUnknown: "resend" }));
  return (await pass(Promise.all(results))).map(({ outcome }) => outcome);
}

const allAccepted = Array.from({ length: PUSHES }, () => "accepted");

async function worldOf() {
  const world = await rig();
  const second = await world.mock.listen();
  onTestFinished(() => second.close());
  return { world, second };
}

test.each(IN_FLIGHT)("%s in the middle: the naive client fails, ours does not", async (_name, strike) => {
  const { world, second } = await worldOf();
  const naive = await naiveClient(world.mock, second.url, second.ca);
  expect(await naive.push([world.mock.device().token], FIRST_PATIENCE)).toEqual([200]);
  await world.ring();
  world.mock.faults.delay(100, { when: "before" });
  const naively = naive.push(world.phones(PUSHES).map(({ token }) => token));
  const results = ours(world);
  await expect.poll(() => world.client.stats.inFlight).toBeGreaterThan(0);
  strike(world.mock);
  expect(await naively).toContain(undefined);
  expect(await results).toEqual(allAccepted);
});

test.each(BEFORE)("%s: the naive client fails, ours does not", async (_name, strike) => {
  const { world, second } = await worldOf();
  const naive = await naiveClient(world.mock, second.url, second.ca);
  expect(await naive.push([world.mock.device().token], FIRST_PATIENCE)).toEqual([200]);
  await world.ring();
  strike(world.mock);
  // Time for a goodbye to arrive.
  await world.mock.clock.advance(0);
  expect(await naive.push(world.phones(PUSHES).map(({ token }) => token))).toContain(undefined);
  expect(await ours(world)).toEqual(allAccepted);
});

test.each(AT_CONNECT)("%s: the naive client fails, ours does not", async (_name, strike) => {
  const { world, second } = await worldOf();
  world.mock.faults.cut();
  await expect.poll(() => world.client.stats.connections.production).toBe(0);
  strike(world.mock);
  const naive = await naiveClient(world.mock, second.url, second.ca);
  expect(await naive.push(world.phones(PUSHES).map(({ token }) => token))).toContain(undefined);
  world.mock.faults.clear();
  strike(world.mock);
  expect(await ours(world)).toEqual(allAccepted);
});
