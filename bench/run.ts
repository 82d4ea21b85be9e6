/** @file Runs one benchmark: `npm run bench` lists them, `npm run bench -- NAME` prints a table, `--json` one JSON object. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type Benchmark, type Machine, machine, meetsBar, type Row } from "./harness.ts";

const USAGE = "npm run bench -- NAME [--json], for example: npm run bench -- kernel";

process.exitCode = await main(process.argv.slice(2));

async function main(argv: string[]): Promise<number> {
  const request = parseRequest(argv);
  if (!request.ok) return refuse(request.reason);
  const benchmarks = await loadBenchmarks();
  if (request.name === undefined) {
    console.log(`${USAGE}\n`);
    for (const { name, summary } of benchmarks) console.log(`${name.padEnd(10)} ${summary}`);
    return 0;
  }
  const benchmark = benchmarks.find(({ name }) => name === request.name);
  if (benchmark === undefined) {
    return refuse(`no benchmark is called ${request.name}: there are ${benchmarks.map(({ name }) => name).join(", ")}`);
  }
  const { rows, skipped = [] } = await benchmark.run();
  console.log(
    request.json
      ? JSON.stringify({ benchmark: benchmark.name, machine: machine(), rows, skipped })
      : [
          ...[benchmark.summary, describe(machine()), "", ...table(rows)],
          ...skipped.map(({ name, why }) => `skipped ${name}: ${why}`),
        ].join("\n"),
  );
  return 0;
}

type Request = { ok: true; name: string | undefined; json: boolean } | { ok: false; reason: string };

function parseRequest(args: string[]): Request {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { json: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    if (positionals.length > 1) return { ok: false, reason: `one benchmark a run, got ${positionals.join(" ")}` };
    return { ok: true, name: positionals[0], json: values.json };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

function refuse(reason: string): number {
  console.error(`${reason}\nusage: ${USAGE}`);
  return 2;
}

async function loadBenchmarks(): Promise<Benchmark[]> {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".ts") && name !== "run.ts");
  const modules = await Promise.all(
    files.map(async (name) => {
      const loaded: unknown = await import(pathToFileURL(join(import.meta.dirname, name)).href);
      return (loaded as { benchmark?: Benchmark }).benchmark;
    }),
  );
  return modules.filter((benchmark) => benchmark !== undefined);
}

function describe({ cpu, cores, memoryGb, system, node }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}`;
}

/** A readable table: ours, the peer's, their ratio, the bar, met or missed. */
function table(rows: readonly Row[]): string[] {
  const header = ["", "unit", "ours", "peer", "ours/peer", "bar", ""];
  const body = rows.map((row) => {
    const met = meetsBar(row);
    const sign = row.better === "lower" ? "<=" : ">=";
    return [
      row.name,
      row.unit,
      number(row.ours),
      row.peerValue === null ? "-" : number(row.peerValue),
      row.peerValue === null ? "-" : number(row.ours / row.peerValue),
      row.bar === null ? "none" : `${row.barKind === "ratio" ? "ratio " : ""}${sign} ${row.bar}`,
      met === null ? (row.peerValue === null ? "no peer" : "") : met ? "met" : "MISSED",
    ];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...body].map((cells) => cells[column]?.length ?? 0)));
  const lines = [header, ...body].map((cells) =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, "", ...new Set(rows.map(({ peer }) => `peer: ${peer}`))];
}

function number(value: number): string {
  return value.toPrecision(3).includes("e") ? value.toFixed(0) : value.toPrecision(3);
}
