/** @file Of the libraries that come with the package a processor gets the fastest that it can run, and none that it cannot. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { findPrebuilt, INSTRUCTION_SETS, prebuiltName } from "../../../../src/toolkit/engine/native/prebuilt.ts";

const SOURCES = "0123456789abcdef0123";
const folder = mkdtempSync(join(tmpdir(), "eightfold-prebuilt-"));
after(() => rmSync(folder, { recursive: true }));
for (const [platform, sets] of Object.entries(INSTRUCTION_SETS)) {
  mkdirSync(join(folder, platform));
  for (const set of sets) writeFileSync(join(folder, platform, prebuiltName(set, SOURCES)), "");
}

/** Of /proc/cpuinfo: an EPYC of 2019, and what a server of 2023 has beyond it; a Raspberry Pi. */
const ZEN2 = "fpu sse sse2 ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes avx f16c abm sse4a bmi1 avx2 bmi2 clwb".split(
  " ",
);
const SAPPHIRE_RAPIDS = [...ZEN2, ..."avx512f avx512dq avx512ifma avx512cd avx512bw avx512vl avx512_fp16".split(" ")];
const PI = "fp asimd evtstrm crc32 cpuid".split(" ");

const chosen = (platform: string, features: readonly string[], sources = SOURCES): string | undefined =>
  findPrebuilt(sources, folder, { platform, features: new Set(features) })?.set;

test("a processor gets the library of the widest vectors that it has", () => {
  assert.equal(chosen("linux-x64", SAPPHIRE_RAPIDS), "avx512");
  assert.equal(chosen("linux-x64", ZEN2), "avx2");
  assert.equal(chosen("linux-arm64", PI), "neon");
});

test("a library is not taken that lacks one feature, is for another system, or is made of other sources", () => {
  for (const lacking of ["avx2", "fma", "bmi2"]) {
    const features = SAPPHIRE_RAPIDS.filter((feature) => feature !== lacking);
    assert.equal(chosen("linux-x64", features), undefined, lacking);
  }
  assert.equal(
    chosen(
      "linux-x64",
      SAPPHIRE_RAPIDS.filter((feature) => feature !== "avx512vl"),
    ),
    "avx2",
  );
  for (const platform of ["linux-musl-x64", "darwin-arm64", "win32-x64"])
    assert.equal(chosen(platform, SAPPHIRE_RAPIDS), undefined);
  assert.equal(chosen("linux-x64", SAPPHIRE_RAPIDS, SOURCES.replace("0", "f")), undefined);
  assert.equal(findPrebuilt(SOURCES, undefined), undefined); // in a bundle
});
