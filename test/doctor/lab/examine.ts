import { type DiagnoseOptions, diagnose, type Finding } from "apns-voip/doctor";
import type { BrokenSetUp } from "./broken-set-ups.ts";
import { guardedWorld } from "./guarded-world.ts";
import { createLab, type Lab, USER } from "./lab.ts";

export interface Examination {
  readonly lab: Lab;
  readonly findings: readonly Finding[];
}

/** Examines a lab, broken or not, and leaves nothing behind. `look` sees it while it still stands. */
export async function examine(
  setUp: Pick<BrokenSetUp, "build"> | undefined,
  options: DiagnoseOptions = {},
  look: (examination: Examination) => Promise<void> | void = () => {},
): Promise<readonly Finding[]> {
  const lab = await createLab();
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const broken = (await setUp?.build(lab, close => closing.push(close))) ?? {};
    const healthy = { env: lab.env, devices: lab.devices, userId: USER, signalUrl: lab.signalUrl, timeout: 20_000 };
    const findings = await diagnose({
      ...healthy,
      ...broken,
      ...options,
      world: { ...guardedWorld, ...broken.world, ...options.world },
    });
    await look({ lab, findings });
    return findings;
  } finally {
    for (const close of closing.reverse()) await close();
    await lab.close();
  }
}

/**
 * What the doctor puts first: the earliest failure, else the earliest warning that is not about the mock. When all is well
 * up to Apple, the phone.
 */
export function verdictOf(
  findings: readonly Finding[],
  { step, found, status = "fail" }: BrokenSetUp,
): Finding | undefined {
  if (step === "phone") return findings.find(({ id, outcome }) => `${id}/${outcome}` === found);
  const first = findings.find(finding => finding.status === "fail");
  return status === "fail"
    ? first
    : (first ?? findings.find(finding => finding.status === status && finding.id !== "endpoints"));
}
