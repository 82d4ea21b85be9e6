#!/usr/bin/env node
/** @file The command `eightfold`, in JavaScript: npm links a command as it installs, and leaves out one that is not built yet. */
await import("./dist/cli.js").catch((error) => {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  // a fresh clone, or an install that was cut short: the loader's own message is a page of stack frames
  process.stderr.write(`eightfold: ${error.message.split("\n", 1)[0]} (hint: run npm ci, then npm run build)\n`);
  process.exitCode = 2;
});
