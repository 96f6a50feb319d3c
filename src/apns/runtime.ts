import { ApnsVoipError } from "../errors.js";

/** The oldest Node.js that has everything we use: its certificates, its TLS, its timers. */
const OLDEST = [22, 19] as const;

/**
 * Refuses a Node that is too old, by name: it would fail at the first connection, over and over, and not say why. Bun and
 * Deno name a Node that they resemble, and are let through.
 */
export function checkRuntime(versions: Readonly<Record<string, string | undefined>> = process.versions): void {
  if (versions.bun !== undefined || versions.deno !== undefined) return;
  const [major = 0, minor = 0] = (versions.node ?? "").split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new ApnsVoipError(
    "INVALID_OPTIONS",
    `createApnsClient: this is Node ${versions.node}; wanted: Node ${OLDEST.join(".")} or newer`,
  );
}
