export type { ApnsVoipIssue } from "../errors.js";
export type { CallPayload, CallPayloadInput, CallPayloadSchema } from "./call-payload.js";
export {
  type CallPayloadSchemaWith,
  type CallPayloadShape,
  callPayloadSchema,
  callPayloadSchemaWith,
} from "./schema.js";
