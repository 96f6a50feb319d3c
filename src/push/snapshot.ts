/**
 * A request as it is now, to be compared with others later: your code may change the object meanwhile. Undefined for what
 * cannot be copied (a function in it): such a request is like no other.
 *
 * @param copy A shallow copy, which the snapshot keeps: nearly every request is flat, and needs no deeper one.
 * @param excepted The phones it is not for.
 */
export function snapshotOf(copy: object, excepted?: ReadonlySet<string>): object | undefined {
  if (excepted !== undefined && excepted.size > 0) return deepCopy({ request: copy, excepted });
  const fields = copy as Readonly<Record<string, unknown>>;
  for (const key in fields) if (typeof fields[key] === "object" && fields[key] !== null) return deepCopy(copy);
  return copy;
}

function deepCopy(request: object): object | undefined {
  try {
    return structuredClone(request);
  } catch {
    return undefined;
  }
}
