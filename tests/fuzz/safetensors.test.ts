/** @file Arbitrary safetensors files, in memory and tensor by tensor from the disk. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import fc from "fast-check";
import { CheckpointError } from "../../src/toolkit/model/index.ts";
import { openSafetensors } from "../../src/toolkit/model/pretrained/safetensors-file.ts";
import { decodeSafetensors, SafetensorsError } from "../../src/toolkit/model/safetensors.ts";
import { anyJson, assertOneLine, fuzz, mostly, nearly } from "./fuzz.ts";

const folder = mkdtempSync(join(tmpdir(), "eightfold-fuzz-"));
after(() => rmSync(folder, { recursive: true }));

const entry = fc.record({
  dtype: mostly(fc.constantFrom("F32", "F64", "I32", "U8", "BF16", "F16", "constructor", "__proto__")),
  shape: mostly(
    fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(2 ** 31, 2 ** 52)), { maxLength: 3 }),
  ),
  data_offsets: mostly(fc.tuple(fc.integer({ min: -1, max: 40 }), fc.oneof(fc.nat(48), fc.constant(2 ** 40)))),
});
const header = fc.dictionary(
  fc.constantFrom("a", "b", "__metadata__", "__proto__", "constructor", "x\ny"),
  mostly(entry),
);

/** Bytes as one character each: the length, true or not, the header, the numbers. */
function fileOf(text: string, length: number, numbers: string): string {
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(length));
  return head.toString("latin1") + text + numbers;
}

const latin = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("latin1");
const length = (text: string) => fc.oneof({ weight: 8, arbitrary: fc.constant(text.length) }, fc.nat(2 ** 30));
const whole = fc
  .oneof({ weight: 5, arbitrary: header.map(latin) }, { weight: 1, arbitrary: anyJson.map(latin) })
  .chain((text) =>
    fc.tuple(length(text), fc.string({ minLength: 0, maxLength: 48 })).map(([n, rest]) => fileOf(text, n, rest)),
  );
const files = fc.oneof(
  { weight: 4, arbitrary: whole },
  { weight: 4, arbitrary: nearly(whole) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
);

fuzz("safetensors", files, async (input) => {
  const bytes = Buffer.from(input, "latin1");
  try {
    const { tensors } = decodeSafetensors(bytes);
    for (const { shape, data } of tensors.values())
      assert.equal(
        data.length,
        shape.reduce((a, b) => a * b, 1),
      );
  } catch (error) {
    assert.ok(error instanceof SafetensorsError, String((error as Error).stack));
    assertOneLine(error.message);
  }
  const path = join(folder, "x.safetensors");
  writeFileSync(path, bytes);
  try {
    const file = await openSafetensors(path);
    try {
      for (const name of file.names) await file.tensor(name);
    } finally {
      await file.close();
    }
  } catch (error) {
    assert.ok(error instanceof CheckpointError, String((error as Error).stack));
    assertOneLine(error.message);
  }
});
