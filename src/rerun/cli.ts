/** @file Runs the command line: exit code 0 when all claims hold, 1 when one differs, 2 when something could not run. */

import { main } from "./main.ts";
import { fileProblem } from "./notebook/notebook.ts";
import { safeLine } from "./terminal-text.ts";

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return; // nobody reads on: the run and its exit code are the same
    process.exitCode = 2;
    if (stream === process.stdout)
      process.stderr.write(`eightfold: the results cannot be printed: ${fileProblem(error)}\n`);
  });
}
try {
  const code = await main(process.argv.slice(2));
  process.exitCode ||= code;
} catch (error) {
  // whatever nobody foresaw is "could not run" all the same, and one line
  process.stderr.write(`eightfold: ${safeLine(fileProblem(error))}\n`);
  process.exitCode = 2;
}
