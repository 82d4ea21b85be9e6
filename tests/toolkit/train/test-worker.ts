/** @file A training run that saves after each update, in a process of its own: argv[2] is its folder. */
import { train } from "../../../src/toolkit/train/index.ts";
import { runToKill } from "./small-run.ts";

await train(runToKill(process.argv[2] as string));
