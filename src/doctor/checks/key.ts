import { shellWord } from "../../internal/shell-word.js";
import { defineCheck } from "../check.js";

export const keyFile = defineCheck({
  id: "key",
  step: "set-up",
  outcomes: {
    good: { status: "pass" },
    missing: { status: "skip" },
    unreadable: { status: "fail", commands: ["ls -l {shellPath}", "id"] },
    wrong: { status: "fail", commands: ['openssl pkey -in "$APNS_P8_PATH" -noout -text_pub'] },
  },
  async run(patient) {
    const key = await patient.key();
    switch (key.state) {
      case "unreadable":
        return { outcome: "unreadable", values: { path: key.path, shellPath: shellWord(key.path), code: key.reason } };
      case "wrong":
        return { outcome: "wrong", values: { words: key.words } };
      default:
        return { outcome: key.state };
    }
  },
});

export const keyMode = defineCheck({
  id: "key-mode",
  step: "set-up",
  outcomes: {
    closed: { status: "pass" },
    mounted: { status: "pass" },
    open: { status: "warn", commands: ["chmod 600 {shellPath}"] },
    "no-file": { status: "skip" },
  },
  async run(patient) {
    const key = await patient.key();
    const path = "path" in key && key.state !== "unreadable" ? key.path : undefined;
    const bits = path === undefined ? undefined : await patient.world.fileMode(path).catch(() => undefined);
    if (path === undefined || bits === undefined) return { outcome: "no-file" };
    // Orchestrators mount secrets readable for all users of a container, which has only one: that is no leak.
    if (/^\/(var\/)?run\/secrets\//.test(path)) return { outcome: "mounted", values: { path } };
    const outcome = (bits & 0o077) === 0 ? "closed" : "open";
    return { outcome, values: { path, shellPath: shellWord(path), mode: bits.toString(8).padStart(4, "0") } };
  },
});
