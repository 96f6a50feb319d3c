import { describe, expect, test } from "vitest";
import type { Output } from "../../src/cli/command.js";
import { createPage } from "../../src/cli/terminal/page.js";
import { createProgressLine } from "../../src/cli/terminal/progress.js";
import { displayWidth, wrap } from "../../src/cli/terminal/width.js";

function capture(options: Partial<Output> = {}): Output & { readonly text: string } {
  let text = "";
  return {
    isTerminal: false,
    columns: undefined,
    ...options,
    write(more) {
      text += more;
    },
    get text() {
      return text;
    },
  };
}

describe("text in a terminal", () => {
  test("takes two columns for Japanese, full-width forms and emoji, one for the rest", () => {
    expect(["abc", "着信", "、。", "ＡＢ", "📞", "✓ ✗ –", "é"].map(displayWidth)).toEqual([3, 4, 4, 4, 2, 5, 1]);
  });

  test("is broken at blanks", () => {
    expect(wrap("the push was refused", 9)).toEqual(["the push", "was", "refused"]);
    expect(wrap("", 9)).toEqual([""]);
  });

  test("is broken between Japanese characters, but never before a full stop or after an opening bracket", () => {
    expect(wrap("端末が鳴らない。", 14)).toEqual(["端末が鳴らな", "い。"]);
    expect(wrap("次は「端末」です", 6)).toEqual(["次は", "「端", "末」で", "す"]);
  });

  test("keeps Latin words in Japanese whole", () => {
    expect(wrap("値はAPNS_KEY_IDです", 12)).toEqual(["値は", "APNS_KEY_ID", "です"]);
  });

  test("leaves a word that is wider than the page as it is", () => {
    expect(wrap("see https://developer.apple.com/account now", 10)).toEqual([
      "see",
      "https://developer.apple.com/account",
      "now",
    ]);
  });
});

describe("a page", () => {
  test("is as wide as the terminal, within reason", () => {
    const lines = (columns: number | undefined) => {
      const output = capture({ columns });
      createPage(output, {}, undefined).put("word ".repeat(80), { lead: "  ! " });
      return output.text.trimEnd().split("\n");
    };
    for (const [columns, widest] of [
      [60, 60],
      [undefined, 80],
      [300, 100],
      [10, 40],
    ] as const) {
      const widths = lines(columns).map(displayWidth);
      expect(Math.max(...widths)).toBeLessThanOrEqual(widest);
      expect(Math.max(...widths)).toBeGreaterThan(widest - 6);
    }
    expect(lines(60)[1]).toMatch(/^ {4}word/);
  });
});

describe("progress", () => {
  test("rewrites one line on a terminal, clipped to its width, and leaves nothing behind", () => {
    const output = capture({ isTerminal: true, columns: 10 });
    const progress = createProgressLine(output);
    progress.show("[1/9] 端末を探しています");
    progress.end();
    expect(output.text).toBe("\r\u001b[K[1/9] 端\r\u001b[K");
  });

  test("writes each step once elsewhere", () => {
    const output = capture();
    const progress = createProgressLine(output);
    for (const step of ["one", "one", "two"]) progress.show(step);
    progress.end();
    expect(output.text).toBe("one\ntwo\n");
  });
});
