import type * as z from "zod/v4";
import type { ApnsVoipIssue } from "../errors.js";

/** What a schema found wrong, as this library tells it. */
export function issuesOf(error: z.ZodError): ApnsVoipIssue[] {
  return error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));
}
