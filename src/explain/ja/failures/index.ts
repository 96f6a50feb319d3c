import type { failureTexts as english } from "../../en/failures/index.js";
import type { Texts } from "../../texts.js";
import { credentialFaults } from "./credential-faults.js";
import { networkErrors } from "./network-errors.js";
import { otherAnswers } from "./other-answers.js";
import { ownErrors } from "./own-errors.js";
import { requestFaults } from "./request-faults.js";
import { broadcastReason, unknownReason } from "./strangers.js";

/** Why a push fails and what to do, by Apple's reason or the error's code. */
export const failureTexts: Texts<typeof english> = {
  known: {
    ...requestFaults,
    ...credentialFaults,
    ...otherAnswers,
    ...ownErrors,
    ...networkErrors,
  },
  broadcastReason,
  unknownReason,
};
