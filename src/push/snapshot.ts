/**
 * A request as it is now, to be compared with others later: its caller may change the object meanwhile. Undefined for what
 * cannot be copied (a function in it): such a request is like no other. `excepted`: the phones it is not for.
 */
export function snapshotOf(request: object, excepted?: ReadonlySet<string>): object | undefined {
  if (excepted !== undefined && excepted.size > 0) return deepCopy({ request, excepted });
  // Nearly every request is flat, and a copy of that costs next to nothing.
  const copy: Record<string, unknown> = { ...request };
  for (const key in copy) if (typeof copy[key] === "object" && copy[key] !== null) return deepCopy(request);
  return copy;
}

function deepCopy(request: object): object | undefined {
  try {
    return structuredClone(request);
  } catch {
    return undefined;
  }
}
