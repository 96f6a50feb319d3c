import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HpackDecoder } from "../../src/http2/hpack/decoder.js";

interface Vector {
  readonly story: number;
  readonly header_table_size?: number;
  readonly wire: string;
  readonly headers: readonly (readonly [string, string])[];
}

const folder = new URL("vectors/", import.meta.url);

describe("What other encoders made is read as they meant it", () => {
  const files = readdirSync(folder).filter(file => file.endsWith(".jsonl"));

  test("there are vectors of seven encoders", () => expect(files).toHaveLength(7));

  test.each(files)("%s", file => {
    const decoders = new Map<number, HpackDecoder>();
    for (const line of readFileSync(new URL(file, folder), "utf8").trimEnd().split("\n")) {
      const { story, header_table_size, wire, headers } = JSON.parse(line) as Vector;
      const decoder = decoders.get(story) ?? new HpackDecoder({ maxListSize: 65_536 });
      decoders.set(story, decoder);
      if (header_table_size !== undefined) decoder.limitTable(header_table_size);
      expect(decoder.decode(Buffer.from(wire, "hex"))).toEqual(headers);
    }
  });
});
