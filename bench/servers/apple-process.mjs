/** Plays Apple, and breaks on command. */
import { createServer } from "node:http";
import { createMockApns } from "apns-voip/testing";
import { BUNDLE_ID, DEVICES, deviceToken } from "../clients/push.mjs";

const mock = createMockApns();
for (let index = 0; index < DEVICES; index++) {
  const pushType = index < DEVICES / 2 ? "voip" : "alert";
  mock.device({ token: deviceToken(index), bundleId: BUNDLE_ID, pushType });
}
const { url } = await mock.listen({ caPath: process.argv[2] });

const FAULTS = {
  "/goaway": () => mock.faults.goaway(),
  "/freeze": () => mock.faults.freeze(),
  "/delay": () => mock.faults.delay(40),
};
const control = createServer((request, response) => response.end(String(FAULTS[request.url]?.())));
control.listen(0, "127.0.0.1", () => {
  process.send({ origin: url, ...mock.key, control: `http://127.0.0.1:${control.address().port}` });
});
process.on("disconnect", () => process.exit());
