/** A TCP proxy that adds latency: each direction holds what it gets for half of the round trip. */
import { connect, createServer } from "node:net";

const [port, roundTrip] = process.argv.slice(2).map(Number);
const half = roundTrip / 2;

const server = createServer({ allowHalfOpen: true, noDelay: true }, near => {
  const far = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  relay(near, far);
  relay(far, near);
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());

// Timers of one length fire in the order they were set, so nothing is overtaken.
function relay(from, to) {
  from.on("data", chunk => setTimeout(() => to.destroyed || to.write(chunk), half));
  from.on("end", () => setTimeout(() => to.destroyed || to.end(), half));
  from.on("error", () => to.destroy());
  from.on("close", () => setTimeout(() => to.destroy(), half));
}
