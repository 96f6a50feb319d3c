import type { FailureText } from "../../failure-text.js";
import type { ExplainedKey } from "../../sureness.js";
import { credentialFaults } from "./credential-faults.js";
import { networkErrors } from "./network-errors.js";
import { otherAnswers } from "./other-answers.js";
import { ownErrors } from "./own-errors.js";
import { requestFaults } from "./request-faults.js";
import { broadcastReason, unknownReason } from "./strangers.js";

/** Why a push fails and what to do, by Apple's reason or the error's code; one without a text does not compile. */
export const failureTexts = {
  known: {
    ...requestFaults,
    ...credentialFaults,
    ...otherAnswers,
    ...ownErrors,
    ...networkErrors,
  } satisfies Readonly<Record<ExplainedKey, FailureText>>,
  broadcastReason,
  unknownReason,
};
