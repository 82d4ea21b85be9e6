/** @file Samples on both sides of each house rule: files that break it, with what it then says, and files that keep it. */
import * as rules from "./rules.ts";

/** A rule with samples on both sides of it. */
export interface Claim {
  claim: string;
  rule: rules.Rule;
  /** files that break the rule, and what the rule then says of them */
  broken: Record<string, string>;
  says: string[];
  /** files that keep the rule, close to breaking it */
  kept: Record<string, string>;
}

const HEAD = "/** @file A sample. */\n";

export const CLAIMS: Claim[] = [
  {
    claim: "a toolkit folder imports only the stages before it",
    rule: rules.toolkitStages,
    broken: {
      "src/toolkit/core/a.ts": `${HEAD}import { fit } from "../scaling/index.ts";`,
      "src/toolkit/theory/a.ts": `${HEAD}\nexport type A = import("../report/b.ts").B;`,
      "src/toolkit/scaling/a.ts": `${HEAD}const table = await import("@eightfold/toolkit/report");`,
      "src/toolkit/helpers/a.ts": HEAD,
      "src/toolkit/a.ts": HEAD,
    },
    says: [
      "src/toolkit/core/a.ts:2: core/ may import nothing, not ../scaling/index.ts",
      "src/toolkit/theory/a.ts:3: theory/ may import core, not ../report/b.ts",
      "src/toolkit/scaling/a.ts:2: scaling/ may import core, not @eightfold/toolkit/report",
      "src/toolkit/helpers/a.ts:1: helpers/ is none of index.ts, core, tensor, engine, model, tasks, report, rollout, train, evaluate, scaling, theory, experiment",
      "src/toolkit/a.ts:1: a.ts is none of index.ts, core, tensor, engine",
    ],
    kept: {
      "src/toolkit/report/a.ts": `${HEAD}import type { Fit } from "../scaling/fit.ts";\nexport * from "../core/random.ts";`,
      "src/toolkit/experiment/a.ts": `${HEAD}import "../train/sft.ts";\nimport "../report/index.ts";`,
    },
  },
  {
    claim: "a room of scaling imports only the rooms before it",
    rule: rules.scalingRooms,
    broken: {
      "src/toolkit/scaling/laws/a.ts": `${HEAD}import "../solvers/task.ts";`,
      "src/toolkit/scaling/fit/a.ts": `${HEAD}import type { A } from "../doubt/a.ts";`,
      "src/toolkit/scaling/misc.ts": HEAD,
    },
    says: [
      "src/toolkit/scaling/laws/a.ts:2: laws/ may import nothing, not ../solvers/task.ts",
      "src/toolkit/scaling/fit/a.ts:2: fit/ may import laws, solvers, not ../doubt/a.ts",
      "src/toolkit/scaling/misc.ts:1: misc.ts is none of laws, solvers, fit, doubt, multiplier, index.ts",
    ],
    kept: { "src/toolkit/scaling/doubt/a.ts": `${HEAD}import "../fit/fit-law.ts";\nimport "../../core/index.ts";` },
  },
  {
    claim: "an engine imports the plan and what all share, never another engine",
    rule: rules.engineRooms,
    broken: {
      "src/toolkit/engine/plan/a.ts": `${HEAD}import "../native/opcodes.ts";`,
      "src/toolkit/engine/native/a.ts": `${HEAD}import "../onnxruntime/session.ts";`,
    },
    says: [
      "src/toolkit/engine/plan/a.ts:2: plan/ may import nothing, not ../native/opcodes.ts",
      "src/toolkit/engine/native/a.ts:2: native/ may import plan, device-errors.ts,",
    ],
    kept: { "src/toolkit/engine/native/a.ts": `${HEAD}import "../plan/plan.ts";\nimport "../engine.ts";` },
  },
  {
    claim: "figures and tables know nothing of each other",
    rule: rules.reportRooms,
    broken: { "src/toolkit/report/tables/a.ts": `${HEAD}import "../figures/figure.ts";` },
    says: ["src/toolkit/report/tables/a.ts:2: tables/ may import fits.ts, not ../figures/"],
    kept: { "src/toolkit/report/figures/a.ts": `${HEAD}import "../fits.ts";\nimport "../../scaling/index.ts";` },
  },
  {
    claim: "studies know nothing of each other, and what runs them knows none",
    rule: rules.studiesApart,
    broken: {
      "src/toolkit/experiment/star/a.ts": `${HEAD}import { fit } from "../chain/fit.ts";`,
      "src/toolkit/experiment/methods/a.ts": `${HEAD}import type { Config } from "../chain/config.ts";`,
      "src/toolkit/experiment/sweep.ts": `${HEAD}import { study } from "./star/study.ts";`,
    },
    says: [
      "src/toolkit/experiment/star/a.ts:2: a study is imported by src/toolkit/experiment/cli.ts, src/toolkit/experiment/index.ts only, not ../chain/fit.ts",
      "src/toolkit/experiment/methods/a.ts:2: a study is imported by src/toolkit/experiment/cli.ts, src/toolkit/experiment/index.ts only, not ../chain/config.ts",
      "src/toolkit/experiment/sweep.ts:2: a study is imported by src/toolkit/experiment/cli.ts, src/toolkit/experiment/index.ts only, not ./star/study.ts",
    ],
    kept: {
      "src/toolkit/experiment/cli.ts": `${HEAD}import { study } from "./star/study.ts";`,
      "src/toolkit/experiment/chain/a.ts": `${HEAD}import "../methods/fit.ts";\nimport "../study.ts";\nimport "./b.ts";`,
    },
  },
  {
    claim: "a kernel room imports what the table of rooms allows, and neither thread the other's folder",
    rule: rules.kernelRooms,
    broken: {
      "src/kernel/cell/a.ts": `${HEAD}export { show } from "../display/index.ts";`,
      "src/kernel/wire/a.ts": `${HEAD}import "../channels/index.ts";`,
      "src/kernel/display/a.ts": `${HEAD}import type { Kernel } from "../kernel-thread/kernel.ts";`,
      "src/kernel/kernel-thread/a.ts": `${HEAD}import type { Comms } from "../main-thread/comms.ts";\nimport "../cell/index.ts";`,
      "src/kernel/main-thread/a.ts": `${HEAD}await import("../kernel-thread/history.ts");\nnew Worker(new URL("../kernel-thread/kernel-thread.js", import.meta.url));`,
      "src/kernel/main-thread/b.ts": `${HEAD}import "../assist/index.ts";;\nimport "../start.ts";`,
      "src/kernel/widgets/a.ts": `${HEAD}import type { Comms } from "../main-thread/comms.ts";`,
      "src/kernel/thread-messages.ts": `${HEAD}import type { Comms } from "./main-thread/comms.ts";`,
      "src/kernel/install/a.ts": `${HEAD}import "../main-thread/main-thread.ts";`,
      "src/kernel/misc/a.ts": HEAD,
      "src/kernel/kernel.ts": HEAD,
    },
    says: [
      "src/kernel/cell/a.ts:2: cell/ may import nothing, not ../display/index.ts",
      "src/kernel/wire/a.ts:2: wire/ may import nothing, not ../channels/index.ts",
      "src/kernel/display/a.ts:2: display/ may import nothing, not ../kernel-thread/kernel.ts",
      "src/kernel/kernel-thread/a.ts:2: kernel-thread/ may import wire, channels, assist, debug, cell/recent.ts, thread-messages.ts, jupyter-paths.ts, not ../main-thread/comms.ts",
      "src/kernel/kernel-thread/a.ts:3: kernel-thread/ may import wire, channels, assist, debug, cell/recent.ts, thread-messages.ts, jupyter-paths.ts, not ../cell/index.ts",
      "src/kernel/main-thread/a.ts:2: main-thread/ may import wire, cell, display, assist/live-values.ts, thread-messages.ts, not ../kernel-thread/history.ts",
      "src/kernel/main-thread/a.ts:3: main-thread/ may import wire, cell, display, assist/live-values.ts, thread-messages.ts, not ../kernel-thread/kernel-thread.ts",
      "src/kernel/main-thread/b.ts:2: main-thread/ may import wire, cell, display, assist/live-values.ts, thread-messages.ts, not ../assist/index.ts",
      "src/kernel/main-thread/b.ts:3: main-thread/ may import wire, cell, display, assist/live-values.ts, thread-messages.ts, not ../start.ts",
      "src/kernel/widgets/a.ts:2: widgets/ may import wire, display, main-thread/widget-host.ts, not ../main-thread/comms.ts",
      "src/kernel/thread-messages.ts:2: thread-messages.ts may import wire, cell, assist/live-values.ts, not ./main-thread/comms.ts",
      "src/kernel/install/a.ts:2: install/ may import wire, channels, assist, start.ts, jupyter-paths.ts, version.ts, not ../main-thread/main-thread.ts",
      "src/kernel/misc/a.ts:1: misc/ is none of wire, channels, cell, display, assist, debug, thread-messages.ts, kernel-thread, main-thread, widgets, start.ts, install, index.ts",
      "src/kernel/kernel.ts:1: kernel.ts is none of wire, channels, cell, display, assist, debug, thread-messages.ts, kernel-thread, main-thread, widgets, start.ts, install, index.ts",
    ],
    kept: {
      "src/kernel/channels/a.ts": `${HEAD}import "../wire/message.ts";\nimport "./b.ts";`,
      "src/kernel/kernel-thread/a.ts": `${HEAD}import "../thread-messages.ts";\nimport "../channels/index.ts";\nimport "./history.ts";`,
      "src/kernel/main-thread/a.ts": `${HEAD}import "../thread-messages.ts";\nimport "../cell/index.ts";\nimport "../assist/live-values.ts";`,
      "src/kernel/widgets/a.ts": `${HEAD}import type { WidgetHost } from "../main-thread/widget-host.ts";`,
      "src/kernel/start.ts": `${HEAD}await import("./main-thread/main-thread.ts");\nnew Worker(new URL("./kernel-thread/kernel-thread.js", import.meta.url));`,
    },
  },
  {
    claim: "packages know each other only as the table of the house allows, by their doors",
    rule: rules.packages,
    broken: {
      "src/toolkit/core/a.ts": `${HEAD}import "@eightfold/kernel";`,
      "src/kernel/a.ts": `${HEAD}import "@eightfold/toolkit/scaling";`,
      "src/rerun/a.ts": `${HEAD}import "@eightfold/toolkit/report";\nimport "@eightfold/kernel/dist/kernel.js";\nimport "../kernel/index.ts";`,
    },
    says: [
      "src/toolkit/core/a.ts:2: toolkit may import nothing, not @eightfold/kernel",
      "src/kernel/a.ts:2: kernel may import nothing, not @eightfold/toolkit/scaling",
      "src/rerun/a.ts:2: rerun may import kernel, not @eightfold/toolkit/report",
      "src/rerun/a.ts:3: @eightfold/kernel/dist/kernel.js is no door of its package.json",
      "src/rerun/a.ts:4: another package is imported by its door, not by the path ../kernel/index.ts",
    ],
    kept: { "src/rerun/a.ts": `${HEAD}import "@eightfold/kernel";\nimport "@eightfold/kernel/channels";` },
  },
  {
    claim: "zeromq is imported in the kernel's channels only",
    rule: rules.zeromqInChannels,
    broken: {
      "src/kernel/wire/a.ts": `${HEAD}import { Router } from "zeromq";`,
      "src/toolkit/core/a.ts": `${HEAD}const zeromq = require("zeromq");`,
      "bench/a.ts": `${HEAD}await import("zeromq/draft");`,
    },
    says: [
      "src/kernel/wire/a.ts:2: zeromq is imported in src/kernel/channels only",
      "src/toolkit/core/a.ts:2: zeromq is imported in src/kernel/channels only",
      "bench/a.ts:2: zeromq is imported in src/kernel/channels only",
    ],
    kept: { "src/kernel/channels/a.ts": `${HEAD}import { Router } from "zeromq";` },
  },
  {
    claim: "the toolkit touches files at its named edges only",
    rule: rules.filesAtTheEdges,
    broken: {
      "src/toolkit/scaling/a.ts": `${HEAD}import { readFileSync } from "node:fs";`,
      "src/toolkit/report/a.ts": `${HEAD}import { readFile } from "node:fs/promises";`,
    },
    says: ["src/toolkit/scaling/a.ts:2: node:fs", "src/toolkit/report/a.ts:2: node:fs/promises"],
    kept: {
      "src/toolkit/core/text-file.ts": `${HEAD}import { readFileSync } from "node:fs";`,
      "src/toolkit/experiment/run.ts": `${HEAD}import { readFileSync } from "node:fs";`,
      "src/rerun/a.ts": `${HEAD}import { readFileSync } from "node:fs";`,
    },
  },
  {
    claim: "chance and time enter the toolkit in core only",
    rule: rules.chanceAndTimeInCore,
    broken: {
      "src/toolkit/scaling/a.ts": `${HEAD}const a = Math.random();\nconst b = [1].map(Math["random"]);`,
      "src/toolkit/train/a.ts": `${HEAD}const a = Date.now();\nconst b = new Date();\nconst c = performance.now();`,
    },
    says: [
      "src/toolkit/scaling/a.ts:2: Math.random is called in toolkit core/ only",
      "src/toolkit/scaling/a.ts:3: Math.random is called in toolkit core/ only",
      "src/toolkit/train/a.ts:2: Date.now is called in toolkit core/ only",
      "src/toolkit/train/a.ts:3: new Date() is called in toolkit core/ only",
      "src/toolkit/train/a.ts:4: performance.now is called in toolkit core/ only",
    ],
    kept: {
      "src/toolkit/core/a.ts": `${HEAD}const a = Math.random();`,
      "src/toolkit/scaling/a.ts": `${HEAD}const a = Math.max(new Date(0).getTime(), 1); // not Math.random`,
      "src/kernel/a.ts": `${HEAD}const a = Date.now();`,
    },
  },
  {
    claim: "no file imports itself by any way round",
    rule: rules.noCycles,
    broken: {
      "src/toolkit/core/a.ts": `${HEAD}import "./b.ts";`,
      "src/toolkit/core/b.ts": `${HEAD}export * from "./c.ts";`,
      "src/toolkit/core/c.ts": `${HEAD}\nimport type { A } from "./a.ts";`,
      "src/toolkit/core/d.ts": `${HEAD}import "./d.ts";`,
    },
    says: [
      "src/toolkit/core/c.ts:3: cycle: src/toolkit/core/a.ts -> src/toolkit/core/b.ts -> src/toolkit/core/c.ts -> src/toolkit/core/a.ts",
      "src/toolkit/core/d.ts:2: cycle: src/toolkit/core/d.ts -> src/toolkit/core/d.ts",
    ],
    kept: {
      "src/toolkit/core/a.ts": `${HEAD}import "./b.ts";\nimport "./c.ts";`,
      "src/toolkit/core/b.ts": `${HEAD}import "./c.ts";`,
      "src/toolkit/core/c.ts": HEAD,
    },
  },
  {
    claim: "the first line of a file says what it is",
    rule: rules.firstLineSaysWhat,
    broken: {
      "src/kernel/a.ts": 'import "./b.ts";',
      "src/kernel/b.ts": `\n${HEAD}`,
      "src/kernel/c.ts": "/** @file */",
      "src/kernel/d.ts": `#!/usr/bin/env node\n${HEAD}`,
    },
    says: ["a", "b", "c", "d"].map((name) => `src/kernel/${name}.ts:1: the first line is /** @file and one sentence`),
    kept: { "src/kernel/install/cli.ts": `#!/usr/bin/env node\n${HEAD}`, "src/kernel/a.ts": HEAD },
  },
  {
    claim: "no file is longer than 300 lines",
    rule: rules.noLongFile,
    broken: { "src/kernel/a.ts": `${HEAD}${"export {};\n".repeat(300)}` },
    says: ["src/kernel/a.ts:301: 301 lines, at most 300"],
    kept: { "src/kernel/a.ts": `${HEAD}${"export {};\n".repeat(299)}` },
  },
  {
    claim: "no comment leaves work to do",
    rule: rules.nothingLeftToDo,
    broken: { "src/kernel/a.ts": `${HEAD}// ${"TO"}DO: later\n/* ${"FIX"}ME */` },
    says: ["src/kernel/a.ts:2: no comment leaves work to do", "src/kernel/a.ts:3: no comment leaves work to do"],
    kept: { "src/kernel/a.ts": `${HEAD}const text = "TODO";` },
  },
];
