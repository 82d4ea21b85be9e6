/** @file Zeros, written slices and taken rows: the same on every engine, worked by hand. */
import assert from "node:assert/strict";
import { f32 } from "../../../src/toolkit/tensor/index.ts";
import { testOnEach } from "./engines.ts";

testOnEach(
  (name) => `on ${name}, a slice is written into zeros where it belongs, short or long`,
  async (engine) => {
    const short = engine.upload(Float32Array.of(1, 2, 3, 4), f32(2, 1, 2));
    const written = engine.writeSlice(engine.zeros(f32(2, 3, 2)), short, 1, 2);
    assert.deepEqual([...(await written.read())], [0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 3, 4], engine.name);
    const long = engine.upload(new Float32Array(300).fill(7), f32(1, 300));
    const rows = await engine.writeSlice(engine.zeros(f32(3, 300)), long, 0, 1).read();
    assert.deepEqual([rows[299], rows[300], rows[599], rows[600]], [0, 7, 7, 0], engine.name);
  },
);

testOnEach(
  (name) => `on ${name}, rows are taken in any order, some twice, and the whole is left as it was`,
  async (engine) => {
    const whole = engine.upload(Float32Array.of(1, 2, 3, 4, 5, 6), f32(3, 2));
    const taken = engine.takeRows(whole, Int32Array.of(2, 0, 2, 1));
    assert.deepEqual(taken.spec, f32(4, 2));
    assert.deepEqual([...(await taken.read())], [5, 6, 1, 2, 5, 6, 3, 4], engine.name);
    assert.deepEqual([...(await whole.read())], [1, 2, 3, 4, 5, 6], engine.name);
  },
);

testOnEach(
  (name) => `on ${name}, the first rows of a part are written over rows of a whole`,
  async (engine) => {
    const part = engine.upload(Float32Array.of(1, 2, 3, 4, 5, 6), f32(3, 2));
    const written = engine.writeRows(engine.zeros(f32(4, 2)), part, Int32Array.of(3, 0));
    assert.deepEqual([...(await written.read())], [3, 4, 0, 0, 0, 0, 1, 2], engine.name);
  },
);

testOnEach(
  (name) => `on ${name}, shorter rows are written over the beginning of rows, whose ends stay`,
  async (engine) => {
    const nines = engine.upload(new Float32Array(12).fill(9), f32(2, 3, 2));
    const part = engine.upload(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), f32(2, 2, 2));
    const both = await engine.writeRows(nines, part, Int32Array.of(1, 0)).read();
    assert.deepEqual([...both], [5, 6, 7, 8, 9, 9, 1, 2, 3, 4, 9, 9], engine.name);
    const columns = engine.upload(Float32Array.of(1, 2, 3, 4, 5, 6), f32(2, 3, 1));
    const written = await engine.writeRows(engine.zeros(f32(2, 3, 2)), columns, Int32Array.of(1)).read();
    assert.deepEqual([...written], [0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0], engine.name);
  },
);
