import { isApnsVoipError } from "apns-voip";

/**
 * Reads variables that a server cannot start without, and lets `check` read others. What is missing or wrong ends the
 * process with one text that names all of it: nobody wants to learn of five variables in five restarts.
 */
export function requireEnvironment<Name extends string>(
  wanted: Readonly<Record<Name, string>>,
  check: () => unknown = () => {},
): Readonly<Record<Name, string>> {
  const problems = Object.entries<string>(wanted)
    .filter(([name]) => !process.env[name]?.trim())
    .map(([name, what]) => `${name}: missing; wanted: ${what}`);
  try {
    check();
  } catch (error) {
    if (!isApnsVoipError(error)) throw error;
    problems.push(...error.issues.map(({ path, message }) => `${path}: ${message}`));
  }
  if (problems.length > 0) {
    console.error(["Cannot start, because of the environment variables:", ...problems].join("\n  "));
    process.exit(1);
  }
  return Object.fromEntries(Object.keys(wanted).map(name => [name, process.env[name]?.trim()])) as Record<Name, string>;
}

/** Lets a server finish what it is doing when it is asked to stop. */
export function closeOnSignal(close: () => Promise<unknown>): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, async () => {
      await close();
      process.exit(0);
    });
  }
}
