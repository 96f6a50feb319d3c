import { ApnsVoipError, type Explanation, explainReason, type Language } from "apns-voip";
import { describe, expect, test } from "vitest";
import { BROADCAST_REASONS, REASONS } from "../../src/apns/reasons.js";
import { NETWORK_ERROR_ALIASES } from "../../src/explain/network-errors.js";
import { SURENESS } from "../../src/explain/sureness.js";

const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
const everyName = [
  ...Object.keys(SURENESS),
  ...Object.keys(NETWORK_ERROR_ALIASES),
  ...BROADCAST_REASONS,
  "SomethingNew",
];

const textsOf = ({ meaning, causes, confirm, remedy, whatWeDid, note }: Explanation): string[] => [
  meaning,
  ...causes,
  ...confirm,
  remedy,
  whatWeDid,
  ...(note === undefined ? [] : [note]),
];

/** What stands in backticks, with names to fill in (`<bundle id>`) left out: those are translated. */
const codeIn = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(match => match[1]!.replace(/<[^<>]{1,12}>/g, "<>")).sort();

describe("explaining a failure", () => {
  test.each(Object.entries(REASONS))(
    "tells status and disposition of %s as the client acts on them",
    (reason, facts) => {
      expect(explainReason(reason)).toMatchObject({ status: facts.status, disposition: facts.disposition });
    },
  );

  test.each(everyName)("has complete sentences about %s in both languages", name => {
    for (const lang of ["en", "ja"] satisfies Language[]) {
      const explanation = explainReason(name, { lang });
      expect(explanation.reason).toBe(name);
      expect(explanation.causes.length).toBeGreaterThan(0);
      expect(explanation.confirm.length).toBeGreaterThan(0);
      for (const text of textsOf(explanation)) {
        expect(text.trim()).toBe(text);
        expect(text.length).toBeGreaterThan(3);
        expect(JAPANESE.test(text)).toBe(lang === "ja");
        expect(text.split("`").length % 2).toBe(1);
      }
      expect(explanation.meaning).toMatch(lang === "ja" ? /。$/ : /\.$/);
      expect(explanation.remedy).toMatch(lang === "ja" ? /。$/ : /\.$/);
    }
  });

  test.each(everyName)("names the same commands and settings about %s in both languages", name => {
    const [en, ja] = (["en", "ja"] satisfies Language[]).map(lang => textsOf(explainReason(name, { lang })));
    expect(ja!.flatMap(codeIn).sort()).toEqual(en!.flatMap(codeIn).sort());
  });

  test("speaks English unless told otherwise", () => {
    expect(explainReason("Unregistered").meaning).toMatch(/no longer active/);
    expect(explainReason("Unregistered", { lang: "ja" }).meaning).toMatch(/有効ではありません/);
  });

  test("advises against an alert token in the VoIP token's place before it speaks of bundle ids", () => {
    expect(explainReason("DeviceTokenNotForTopic").remedy).toMatch(
      /^Let the app upload the PushKit token as `voipDeviceToken`.*`apnsDeviceToken`.*bundle id/,
    );
    expect(explainReason("DeviceTokenNotForTopic", { lang: "ja" }).remedy).toMatch(
      /^アプリから、PushKitのトークンを`voipDeviceToken`.*`apnsDeviceToken`.*バンドルID/,
    );
  });

  test("puts the wrong environment first among the causes of BadDeviceToken", () => {
    expect(explainReason("BadDeviceToken").causes[0]).toMatch(/sandbox token was sent to production/);
  });

  test("treats both spellings of the environment-key reason alike", () => {
    const { reason: documented, ...first } = explainReason("BadEnvironmentKeyIdInToken");
    const { reason: sent, ...second } = explainReason("BadEnvironmentKeyInToken");
    expect(first).toEqual(second);
    expect([documented, sent]).toEqual(["BadEnvironmentKeyIdInToken", "BadEnvironmentKeyInToken"]);
  });

  test("says what is contested, and on what", () => {
    for (const name of everyName) {
      const { sureness, note } = explainReason(name);
      if (sureness === "contested") expect(note).toBeDefined();
    }
    expect(explainReason("TooManyProviderTokenUpdates")).toMatchObject({
      sureness: "contested",
      note: expect.stringContaining("contested"),
    });
  });

  test("explains this library's own errors by their code", () => {
    const error = new ApnsVoipError("DEADLINE", "too late");
    expect(explainReason(error.code)).toMatchObject({
      reason: "DEADLINE",
      meaning: expect.stringContaining("deadline"),
    });
    expect(explainReason(error.code)).not.toHaveProperty("status");
  });

  test("explains connection errors, also by their other names", () => {
    expect(explainReason("UND_ERR_CONNECT_TIMEOUT").meaning).toBe(explainReason("ETIMEDOUT").meaning);
    expect(explainReason("ECONNREFUSED")).not.toHaveProperty("disposition");
  });

  test("is honest about a reason it does not know, and goes by its status", () => {
    expect(explainReason("BrandNewReason")).toMatchObject({ reason: "BrandNewReason", sureness: "undocumented" });
    expect(explainReason("BrandNewReason")).not.toHaveProperty("disposition");
    expect(explainReason("BrandNewReason", { status: 403 })).toMatchObject({
      status: 403,
      disposition: "fix-credentials",
    });
    expect(explainReason("BrandNewReason").meaning).toMatch(/does not know this reason/);
  });

  test.each(["constructor", "__proto__", "toString", ""])("knows no reason by the name %j", name => {
    expect(explainReason(name).sureness).toBe("undocumented");
  });
});
