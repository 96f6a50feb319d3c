import type { Check } from "../check.js";
import { clock } from "./clock.js";
import { credentials } from "./credentials.js";
import { deviceAge, deviceApp, deviceEnvironment, deviceToken } from "./each-device.js";
import { endpoints, extraCertificates, proxyUrl } from "./endpoints.js";
import { keyFile, keyMode } from "./key.js";
import { phoneChecks } from "./phone.js";
import { dns, tcp, tunnel } from "./reach.js";
import { login, registrationRoute, registrationSaves } from "./registration-api.js";
import { ring } from "./ring.js";
import { http2, latency, tls } from "./secure.js";
import { adminDoor, adminToken, apiAnswers, apiUrl, pushRoute } from "./sending.js";
import { bundleId, environment, ids, nodeVersion, variables } from "./set-up.js";
import { signalServer } from "./signal-server.js";
import { devices, store } from "./stored-devices.js";

/** Every check, in the order in which they run and their findings are printed. */
export const CHECKS: readonly Check[] = [
  ...[
    nodeVersion,
    variables,
    keyFile,
    keyMode,
    ids,
    bundleId,
    environment,
    endpoints,
    extraCertificates,
    proxyUrl,
    clock,
  ],
  ...[dns, tcp, tunnel, tls, http2, latency],
  ...[credentials],
  ...[
    store,
    devices,
    deviceToken,
    deviceAge,
    deviceApp,
    deviceEnvironment,
    registrationRoute,
    login,
    registrationSaves,
  ],
  ...[apiUrl, adminToken, apiAnswers, adminDoor, pushRoute, signalServer, ring],
  ...phoneChecks,
];
