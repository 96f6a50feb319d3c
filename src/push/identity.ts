/**
 * One text for requests that ask for the same, whatever the order of their keys. Undefined for what cannot be compared
 * (a cycle, a bigint): such a request shares nothing.
 */
export function identityOf(kind: "call" | "message", request: object): string | undefined {
  try {
    return `${kind} ${JSON.stringify(request, sorted)}`;
  } catch {
    return undefined;
  }
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
