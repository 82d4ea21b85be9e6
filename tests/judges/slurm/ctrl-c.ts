/** @file Ctrl-c in a terminal while a study is watched: it asks, and only the word cancels. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { shell, until } from "./scenario.ts";

const QUESTION = "[leave|cancel]";

/** @param folder of the store */
export async function ctrlC(folder: string): Promise<void> {
  const queued = (): number =>
    shell("squeue", "--array", "--noheader", "--format=%j")
      .split("\n")
      .filter((name) => name.startsWith("quick-")).length;
  assert.match(
    await interrupted(folder, "leave"),
    /the jobs go on\r\nnpm run study -- watch quick-[0-9a-f]{8} --store/,
  );
  assert.equal(queued(), STAGES);
  assert.match(await interrupted(folder, "cancel"), new RegExp(`${STAGES} stages cancelled`));
  await until("the queue is empty", () => queued() === 0);
}

/** Of the quick study; its first takes long enough to be watched. */
const STAGES = 9;

/** A terminal by util-linux's script: starts the study or goes on with it, interrupts, answers. @returns all that it showed */
async function interrupted(folder: string, answer: string): Promise<string> {
  const program = join("src/toolkit/experiment/cli.ts");
  const words = [
    program,
    "quick",
    "--on",
    "slurm",
    "--store",
    join(folder, "stages"),
    "--results",
    join(folder, "quick.jsonl"),
  ];
  const command = [process.execPath, "--import", "tsx", ...words].join(" ");
  const terminal = spawn("script", ["--quiet", "--command", command, "/dev/null"], {
    cwd: join(import.meta.dirname, "../../.."),
  });
  let shown = "";
  terminal.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  const ended = new Promise((resolve) => terminal.once("close", resolve));
  await until("a stage runs", () => shown.includes("1 running"));
  terminal.stdin.write("\x03");
  await until("it asks", () => shown.includes(QUESTION));
  terminal.stdin.write(`${answer}\n`);
  await ended;
  return shown;
}
