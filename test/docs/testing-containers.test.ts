import { connect } from "node:tls";
import { createMockApns } from "apns-voip/testing";
import { expect, it } from "vitest";

it("a listener for containers, as in docs/testing.md, is trusted by the name that they know it by", async () => {
  const mock = createMockApns();
  const { url, ca, close } = await mock.listen({ host: "0.0.0.0", hostNames: ["host.docker.internal"] });
  const greet = (servername: string) =>
    new Promise<string | undefined>(resolve => {
      const { port } = new URL(url);
      const socket = connect({ port: Number(port), host: "127.0.0.1", servername, ca, ALPNProtocols: ["h2"] });
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.on("secureConnect", () => {
        resolve(undefined);
        socket.destroy();
      });
    });
  expect(await greet("host.docker.internal")).toBeUndefined();
  expect(await greet("localhost")).toBeUndefined();
  expect(await greet("elsewhere.example")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  await close();
});
