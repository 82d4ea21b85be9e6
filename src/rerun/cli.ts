/** @file Runs the command line: exit code 0 when all claims hold, 1 when one differs, 2 when something could not run. */
import { main } from "./main.ts";

process.exitCode = await main(process.argv.slice(2));
