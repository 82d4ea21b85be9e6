/** @file Of the libraries that are kept, one is loaded only as it was written, and only where no other user could have written it. */
import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cacheFolder, findKept, inWorkFolder, keep } from "../../../../src/toolkit/engine/native/cache.ts";

const windows = process.platform === "win32" && "modes and owners are as on Unix";

const top = mkdtempSync(join(tmpdir(), "eightfold-cache-"));
after(() => rmSync(top, { recursive: true, force: true }));

/** A cache with one library under "key". */
async function cache(name: string): Promise<{ folder: string; file: string }> {
  const folder = join(top, name);
  return { folder, file: await made(folder) };
}

function made(folder: string): Promise<string> {
  return inWorkFolder(folder, async (work) => {
    writeFileSync(join(work, "library.node"), "a library");
    return keep(folder, "key", join(work, "library.node"));
  });
}

test("what is kept is found under its key alone", { skip: windows }, async () => {
  const { folder, file } = await cache("kept");
  assert.equal(findKept(folder, "key"), file);
  assert.equal(findKept(folder, "ke"), undefined);
  assert.equal(findKept(join(top, "none"), "key"), undefined);
});

test("a library that was cut off is not found, and the next that is kept takes its place", {
  skip: windows,
}, async () => {
  const { folder, file } = await cache("cut");
  truncateSync(file, 4);
  assert.equal(findKept(folder, "key"), undefined);
  assert.equal(await made(folder), file);
  assert.equal(findKept(folder, "key"), file);
  assert.equal(readdirSync(folder).filter((name) => name.endsWith(".node")).length, 1);
});

test("what a build left that was killed goes with the first build a day later", { skip: windows }, async () => {
  const folder = join(top, "left");
  const [old, young] = [join(folder, "making-old"), join(folder, "making-young")];
  for (const path of [old, young]) mkdirSync(path, { recursive: true, mode: 0o700 });
  utimesSync(old, 0, 0);
  await made(folder);
  assert.deepEqual([existsSync(old), existsSync(young)], [false, true]);
});

const REFUSED =
  /^the native engine loads nothing that another user may write, and .* is of user \d+ with mode \d+ \(hint: /;

test("a folder or a library that others may write is refused", { skip: windows }, async () => {
  for (const [name, mode] of Object.entries({ all: 0o777, group: 0o770, sticky: 0o1777 })) {
    const { folder } = await cache(name);
    chmodSync(folder, mode);
    assert.throws(() => findKept(folder, "key"), { name: "EngineMissing", message: REFUSED });
    await assert.rejects(made(folder), { name: "EngineMissing", message: REFUSED });
  }
  const { folder, file } = await cache("file");
  chmodSync(file, 0o722);
  assert.throws(() => findKept(folder, "key"), { name: "EngineMissing", message: REFUSED });
});

const onlyRoot = process.getuid?.() !== 0 && "only root gives a file to another user";

test("a library of another user is refused", { skip: onlyRoot }, async () => {
  const { folder, file } = await cache("another");
  chownSync(file, 12_345, 12_345);
  assert.throws(() => findKept(folder, "key"), { name: "EngineMissing", message: REFUSED });
});

test("the folder is below XDG_CACHE_HOME where that is a whole path, else below the home folder", () => {
  const ofHome = join(homedir(), ".cache", "eightfold", "native");
  assert.equal(cacheFolder({ XDG_CACHE_HOME: top }), join(top, "eightfold", "native"));
  for (const ignored of ["", "cache", "./cache"]) assert.equal(cacheFolder({ XDG_CACHE_HOME: ignored }), ofHome);
});

test("a user without a home folder is told how to name another", { skip: windows }, async () => {
  const { HOME } = process.env;
  process.env.HOME = "";
  try {
    const message = /found no home folder \(hint: XDG_CACHE_HOME names another folder for caches, by its whole path\)$/;
    assert.throws(() => cacheFolder({}), { name: "EngineMissing", message });
  } finally {
    if (HOME === undefined) delete process.env.HOME;
    else process.env.HOME = HOME;
  }
});
