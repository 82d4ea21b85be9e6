/** @file The first module of a worker thread that a cell starts: from here on it imports TypeScript. */
import { registerModuleHooks } from "./modules.ts";
import { installStopChecks } from "./stop-checks.ts";

installStopChecks();
await registerModuleHooks();
