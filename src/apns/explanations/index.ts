import type { ApnsVoipErrorCode } from "../../errors.js";
import type { KnownReason } from "../reasons.js";
import { credentialFaults } from "./credential-faults.js";
import type { ExplanationEntry } from "./entry.js";
import { type NetworkErrorCode, networkErrors } from "./network-errors.js";
import { otherAnswers } from "./other-answers.js";
import { ownErrors } from "./own-errors.js";
import { requestFaults } from "./request-faults.js";

/** Everything that can be explained: Apple's reasons, our error codes, connection errors. */
export type ExplainedKey = KnownReason | ApnsVoipErrorCode | NetworkErrorCode;

/** The one table of causes and remedies; a reason or code without a text does not compile. */
export const EXPLANATIONS: Readonly<Record<ExplainedKey, ExplanationEntry>> = {
  ...requestFaults,
  ...credentialFaults,
  ...otherAnswers,
  ...ownErrors,
  ...networkErrors,
} satisfies Record<ExplainedKey, ExplanationEntry>;
