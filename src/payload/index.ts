export type { ApnsVoipIssue } from "../errors.js";
export type { CallPayload, CallPayloadInput, CallPayloadSchema } from "./call-payload.js";
export { droppable } from "./droppable.js";
export { type ParsedCallPayload, parseCallPayload } from "./parse.js";
export {
  type FlutterCallPayload,
  type PortableCallPayload,
  type Preset,
  type Presets,
  presets,
  type ReactNativeCallPayload,
  type TimedCallPayload,
  type TimedPreset,
} from "./presets.js";
export {
  type CallPayloadSchemaWith,
  type CallPayloadShape,
  callPayloadSchema,
  callPayloadSchemaWith,
} from "./schema.js";
