#!/usr/bin/env node
/** @file The command `eightfold`: its exit code is 0 when all claims hold, 1 when one differs, 2 when something failed. */
try {
  const { main } = await import("./main.ts");
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
  // a fresh clone, or an install that was cut short: the loader's own message is a page of stack frames
  process.stderr.write(
    `eightfold: ${(error as Error).message.split("\n", 1)[0]} (hint: run npm ci, then npm run build)\n`,
  );
  process.exitCode = 2;
}
