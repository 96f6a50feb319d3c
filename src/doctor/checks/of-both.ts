import type { Check, Outcome, Verdict } from "../check.js";
import { URL_VARIABLES } from "../env.js";
import type { Patient } from "../patient.js";
import type { Reach } from "../reach.js";

type Judgement<Name extends string> = Omit<Verdict<Name>, "subject">;

/** Judges the way to each environment. `{host}`, `{port}` and `{variable}` (the one that names the origin) fill the words. */
export function ofBoth<Name extends string>(
  judge: (reach: Reach, patient: Patient) => Judgement<Name>,
): Check<Name>["run"] {
  return async patient =>
    Promise.all(
      patient.environments.map(async subject => {
        const reach = await patient.reach(subject);
        const { values, ...verdict } = judge(reach, patient);
        const { host, port } = reach;
        return { ...verdict, subject, values: { host, port, variable: URL_VARIABLES[subject], ...values } };
      }),
    );
}

export const notTried: Outcome = { status: "skip" };

/** Gives a verdict its `reason`, where the error has a code that can be explained. Meant to be spread into the verdict. */
export function because(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}
