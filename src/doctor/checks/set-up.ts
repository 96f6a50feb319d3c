import { setInstead } from "../../apns/env-variables.js";
import { readEnvironment } from "../../environment.js";
import { defineCheck } from "../check.js";
import { defaultEnvironment, setting } from "../env.js";
import { keyIdInName } from "../key-reading.js";

const NEEDED = ["APNS_TEAM_ID", "APNS_KEY_ID"] as const;

export const nodeVersion = defineCheck({
  id: "node-version",
  step: "set-up",
  outcomes: {
    good: { status: "pass" },
    old: { status: "fail", commands: ["node --version"] },
  },
  run({ world }) {
    const wanted = "22.19.0";
    const outcome = compareVersions(world.nodeVersion, wanted) < 0 ? "old" : "good";
    return { outcome, values: { version: world.nodeVersion, wanted } };
  },
});

export const variables = defineCheck({
  id: "variables",
  step: "set-up",
  outcomes: {
    set: { status: "pass" },
    missing: { status: "fail", commands: ["env | grep -o '^APNS_[A-Z_]*'", "npx apns-voip doctor --env-file .env"] },
    "two-keys": { status: "fail" },
    misnamed: { status: "fail" },
    quoted: { status: "warn" },
  },
  run({ env }) {
    const keys = ["APNS_P8_PATH", "APNS_P8"].filter(name => setting(env, name) !== undefined);
    const missing = [
      ...NEEDED.filter(name => setting(env, name) === undefined),
      ...(keys.length === 0 ? ["APNS_P8_PATH"] : []),
    ];
    const others = missing.flatMap(name => setInstead(env, name) ?? []);
    if (others.length > 0)
      return { outcome: "misnamed", values: { names: missing.join(", "), others: others.join(", ") } };
    if (missing.length > 0) return { outcome: "missing", values: { names: missing.join(", ") } };
    if (keys.length > 1) return { outcome: "two-keys" };
    const quoted = [...NEEDED, "APNS_P8_PATH", "APNS_BUNDLE_ID", "APNS_ENV"].filter(name =>
      /^["'\s]|["'\s]$/.test(env[name] ?? ""),
    );
    return quoted.length > 0 ? { outcome: "quoted", values: { names: quoted.join(", ") } } : { outcome: "set" };
  },
});

export const ids = defineCheck({
  id: "ids",
  step: "set-up",
  outcomes: {
    good: { status: "pass" },
    missing: { status: "skip" },
    malformed: { status: "fail" },
    swapped: { status: "fail" },
    "other-key": { status: "warn" },
  },
  async run(patient) {
    const team = setting(patient.env, "APNS_TEAM_ID");
    const key = setting(patient.env, "APNS_KEY_ID");
    if (team === undefined || key === undefined) return { outcome: "missing" };
    const malformed = NEEDED.filter(name => !/^[A-Z0-9]{10}$/.test(setting(patient.env, name) ?? ""));
    if (malformed.length > 0) return { outcome: "malformed", values: { names: malformed.join(", ") } };
    const reading = await patient.key();
    const named = keyIdInName("path" in reading ? reading.path : undefined);
    if (named === undefined || named === key) return { outcome: "good" };
    return named === team
      ? { outcome: "swapped", values: { id: team } }
      : { outcome: "other-key", values: { id: key, named } };
  },
});

export const bundleId = defineCheck({
  id: "bundle-id",
  step: "set-up",
  outcomes: {
    good: { status: "pass" },
    missing: { status: "fail" },
    "with-voip": { status: "fail" },
    "with-team": { status: "fail" },
    malformed: { status: "fail" },
  },
  run({ env }) {
    const given = setting(env, "APNS_BUNDLE_ID");
    if (given === undefined) return { outcome: "missing" };
    if (!/^[A-Za-z0-9.-]+$/.test(given)) return { outcome: "malformed", values: { given: JSON.stringify(given) } };
    if (given.endsWith(".voip")) return { outcome: "with-voip", values: { plain: given.replace(/(\.voip)+$/, "") } };
    const team = setting(env, "APNS_TEAM_ID");
    if (team && given.startsWith(`${team}.`))
      return { outcome: "with-team", values: { plain: given.slice(team.length + 1) } };
    return { outcome: "good", values: { topic: `${given}.voip` } };
  },
});

export const environment = defineCheck({
  id: "environment",
  step: "set-up",
  outcomes: {
    good: { status: "pass" },
    wrong: { status: "fail" },
  },
  run({ env }) {
    const given = setting(env, "APNS_ENV");
    if (given !== undefined && readEnvironment(given) === undefined)
      return { outcome: "wrong", values: { given: JSON.stringify(given) } };
    return { outcome: "good", values: { environment: defaultEnvironment(env) } };
  },
});

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map(version => version.split(".").map(part => Number.parseInt(part, 10)));
  for (let part = 0; part < 3; part++) {
    const difference = (a?.[part] ?? 0) - (b?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
