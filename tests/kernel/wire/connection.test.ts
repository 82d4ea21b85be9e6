/** @file Connection files, https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConnectionFile } from "../../../src/kernel/wire/connection.ts";

const GOOD = {
  transport: "tcp",
  ip: "127.0.0.1",
  shell_port: 57503,
  control_port: 50160,
  iopub_port: 40885,
  stdin_port: 52597,
  hb_port: 42540,
  key: "k",
  signature_scheme: "hmac-sha256",
};

test("a connection file of Jupyter's is read as it is", () => {
  assert.deepEqual(parseConnectionFile(JSON.stringify({ ...GOOD, kernel_name: "eightfold" }), "f"), {
    ...GOOD,
    kernel_name: "eightfold",
  });
});

const DAMAGED: [string, string, RegExp][] = [
  ["text that is no JSON", "{", /^TypeError: connection file f is not JSON/],
  [
    "a port that is none",
    JSON.stringify({ ...GOOD, hb_port: 0 }),
    /requires hb_port to be a port in \[1, 65535\], got 0/,
  ],
  ["a missing key", JSON.stringify({ ...GOOD, key: undefined }), /requires key to be text/],
  [
    "an unknown transport",
    JSON.stringify({ ...GOOD, transport: "udp" }),
    /requires transport to be tcp or ipc, got "udp"/,
  ],
  [
    "an unknown signature scheme",
    JSON.stringify({ ...GOOD, signature_scheme: "md5" }),
    /signature_scheme to be hmac-sha256/,
  ],
];
for (const [name, text, message] of DAMAGED) {
  test(`${name} is refused by name`, () => {
    assert.throws(
      () => parseConnectionFile(text, "f"),
      (error) => message.test(String(error)),
    );
  });
}
