import type { checkTexts as english } from "../../en/checks/index.js";
import type { Texts } from "../../texts.js";
import { clockChecks } from "./clock.js";
import { credentialsChecks } from "./credentials.js";
import { eachDeviceChecks } from "./each-device.js";
import { endpointsChecks } from "./endpoints.js";
import { keyChecks } from "./key.js";
import { phoneChecks } from "./phone.js";
import { reachChecks } from "./reach.js";
import { registrationApiChecks } from "./registration-api.js";
import { ringChecks } from "./ring.js";
import { secureChecks } from "./secure.js";
import { sendingChecks } from "./sending.js";
import { setUpChecks } from "./set-up.js";
import { signalServerChecks } from "./signal-server.js";
import { storedDevicesChecks } from "./stored-devices.js";

/** What each check of the doctor asks, and what it says of everything it can find. */
export const checkTexts: Texts<typeof english> = {
  ...clockChecks,
  ...credentialsChecks,
  ...eachDeviceChecks,
  ...endpointsChecks,
  ...keyChecks,
  ...reachChecks,
  ...registrationApiChecks,
  ...ringChecks,
  ...secureChecks,
  ...sendingChecks,
  ...setUpChecks,
  ...signalServerChecks,
  ...storedDevicesChecks,
  ...phoneChecks,
};
