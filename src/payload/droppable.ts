import type * as z from "zod/v4";

/** The key in a schema's own metadata (`schema.meta()`) that says what may be left out. */
const DROPPABLE = "apns-voip droppable";

/**
 * Marks an own key of a payload that is not worth the ring: when the payload would be larger than Apple takes, the key is left
 * out, the largest first, and `push.keys-dropped` says so. For an SDP or a picture that the phone can also fetch.
 *
 * @example
 * ```ts
 * const payload = callPayloadSchemaWith({ offer: droppable(z.string().optional()) });
 * ```
 */
export function droppable<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ ...schema.meta(), [DROPPABLE]: true }) as Schema;
}

/** The keys of a shape that are marked. */
export function droppableKeysIn(shape: z.ZodRawShape): string[] {
  return Object.entries(shape)
    .filter(([, schema]) => (schema as z.ZodType).meta?.()?.[DROPPABLE] === true)
    .map(([key]) => key);
}

/** Notes on a whole schema which of its keys are marked. */
export function withDroppableKeys<Schema extends z.ZodType>(schema: Schema, keys: readonly string[]): Schema {
  return keys.length === 0 ? schema : (schema.meta({ ...schema.meta(), [DROPPABLE]: keys }) as Schema);
}

/** Those keys of a whole schema; none for a schema that was made elsewhere. */
export function droppableKeysOf(schema: z.ZodType): readonly string[] {
  const keys = schema.meta?.()?.[DROPPABLE];
  return Array.isArray(keys) ? keys : [];
}
