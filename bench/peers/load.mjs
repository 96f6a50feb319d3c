/** Asks one route of a server for so many seconds, and prints how often it answered. */
import autocannon from "autocannon";
import jwt from "jsonwebtoken";

const { url, route, seconds, connections, users, adminToken, jwtSecret } = JSON.parse(process.argv[2]);
const USERS = Array.from({ length: users }, (_, user) => ({
  id: user,
  token: user.toString(16).padStart(64, "0"),
  login: jwt.sign({ uid: user }, jwtSecret, { algorithm: "HS256", expiresIn: "1h" }),
}));
let asked = 0;

const REQUESTS = {
  registration: () => {
    const { token, login } = USERS[asked++ % users];
    return {
      method: "PUT",
      path: "/api/v1/me/devices",
      headers: { authorization: `Bearer ${login}`, "content-type": "application/json" },
      body: JSON.stringify({ platform: "ios", bundleId: "com.example.app", voipDeviceToken: token }),
    };
  },
  call: () => {
    const index = asked++;
    return {
      method: "POST",
      path: "/api/internal/push/call",
      headers: { "x-admin-token": adminToken, "content-type": "application/json" },
      body: JSON.stringify({
        toUserId: index % users,
        callId: `call-${index}`,
        fromUserId: 11,
        fromDisplayName: "Eleven",
        room: `p2p:call-${index}`,
        hasVideo: true,
      }),
    };
  },
};

const result = await autocannon({
  url,
  connections,
  ...(route === "everybody" ? { amount: users } : { duration: seconds }),
  requests: [
    { setupRequest: request => ({ ...request, ...REQUESTS[route === "everybody" ? "registration" : route]() }) },
  ],
});
const { requests, latency, non2xx, errors } = result;
console.log(
  JSON.stringify({
    requests: requests.total,
    requestsPerSecond: requests.total / result.duration,
    p50: latency.p50,
    p99: latency.p99,
    failed: non2xx + errors,
  }),
);
