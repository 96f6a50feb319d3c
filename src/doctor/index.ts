export type { Language } from "../explain/language.js";
export { type DiagnoseOptions, diagnose, type Progress } from "./diagnose.js";
export type { Env } from "./env.js";
export { type Finding, STEPS, type Status, type Step } from "./finding.js";
export type { ApiPaths } from "./patient.js";
export type { World } from "./world.js";
