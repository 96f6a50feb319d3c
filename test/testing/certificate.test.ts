import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { makeAuthority } from "../../src/testing/http2/certificate.js";

describe("the mock's certificate", () => {
  const { ca, issue } = makeAuthority();
  const { cert, key } = issue(["localhost", "127.0.0.1", "::1", "apns"]);
  const authority = new X509Certificate(ca);
  const server = new X509Certificate(cert);

  it("is signed by an authority that may sign", () => {
    expect(authority.ca).toBe(true);
    expect(server.ca).toBe(false);
    expect(server.verify(authority.publicKey)).toBe(true);
    expect(server.checkIssued(authority)).toBe(true);
  });

  it("names the host and both loopback addresses", () => {
    expect(server.checkHost("localhost")).toBe("localhost");
    expect(server.checkHost("apns")).toBe("apns");
    expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(server.checkIP("::1")).toBe("::1");
  });

  it("has been valid for a day and lasts a year", () => {
    expect(server.validFromDate.getTime()).toBeLessThan(Date.now() - 23 * 3600_000);
    expect(server.validToDate.getTime()).toBeGreaterThan(Date.now() + 360 * 24 * 3600_000);
  });

  it("comes with the key that belongs to it", () => {
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(server.checkPrivateKey(createPrivateKey(key))).toBe(true);
  });

  it("is a new one each time", () => {
    expect(makeAuthority().ca).not.toBe(ca);
  });
});
