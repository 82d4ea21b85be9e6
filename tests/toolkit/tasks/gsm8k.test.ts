/** @file GSM8K, all of it: each gold answer verifies, mutated ones do not, splits do not meet, and bad files are named. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  loadGsm8k,
  type Split,
  sameNumericAnswer,
  type TextProblem,
  type TextTask,
} from "../../../src/toolkit/tasks/index.ts";
import { sharedData } from "../scaling/shared-data.ts";

const { folder, skip } = sharedData("gsm8k");
const SPLITS = ["train", "validation", "test"] as const;

let loaded: Promise<TextTask> | undefined;

/** The published files, loaded once. */
function load(): Promise<TextTask> {
  loaded ??= loadGsm8k({ train: join(folder, "train.jsonl"), test: join(folder, "test.jsonl") });
  return loaded;
}

function all(task: TextTask, splits: readonly Split[] = SPLITS): TextProblem[] {
  return splits.flatMap((split) => Array.from({ length: task.size(split) }, (_, index) => task.problem(split, index)));
}

test("every one of the 8,792 gold answers verifies, as it stands and as other people would write it", {
  skip,
}, async () => {
  const task = await load();
  const problems = all(task);
  assert.equal(problems.length, 8792);
  for (const problem of problems) {
    assert.equal(task.verifyAnswer(problem, task.teach(problem)), "right", problem.answer);
    const plain = problem.answer.replaceAll(",", "");
    const grouped = Number(plain).toLocaleString("en-US");
    for (const written of [`$${grouped}`, `${grouped}.00 dollars`, `${plain} eggs.`, ` ${plain}%`, `${plain}.0`]) {
      assert.ok(sameNumericAnswer(written, problem.answer), `${written} for ${problem.answer}`);
    }
  }
});

test("1,000 mutated answers do not verify", { skip }, async () => {
  const task = await load();
  const problems = all(task);
  const stream = createStream(17);
  const kinds = [
    (value: number) => value + 1 + stream.integer(9),
    (value: number) => -value,
    (value: number) => value * 10,
    (value: number) => value / 10,
    (value: number) => value + 0.01,
    (value: number) => value + 1e-6 * Math.max(1, Math.abs(value)),
  ];
  let mutated = 0;
  while (mutated < 1000) {
    const problem = problems[stream.integer(problems.length)] as TextProblem;
    const value = Number(problem.answer.replaceAll(",", ""));
    const other = (kinds[mutated % kinds.length] as (value: number) => number)(value);
    if (other === value) continue; // 0 negated, 0 times 10
    const solution = problem.solution.replace(/####.*$/, `#### ${other}`);
    const completion = [...task.vocabulary.encode(solution), task.vocabulary.endId];
    assert.equal(task.verifyAnswer(problem, completion), "wrong", `${other} for ${problem.answer}`);
    mutated++;
  }
});

test("train, validation and test do not share a question, and a tenth of the train file is validation", {
  skip,
}, async () => {
  const task = await load();
  assert.equal(new Set(all(task).map(({ question }) => question)).size, 8792);
  assert.equal(task.leftOut, 0);
  assert.equal(task.size("test"), 1319);
  assert.equal(task.size("train") + task.size("validation"), 7473);
  assert.ok(Math.abs(task.size("validation") - 747) < 4 * Math.sqrt(747));
});

test("steps are the lines of a solution, its calculator marks hold, and a wrong mark fails the process alone", {
  skip,
}, async () => {
  const task = await load();
  let marksThatFail = 0;
  for (const problem of all(task)) {
    const completion = task.teach(problem);
    const spans = task.steps(completion);
    assert.equal(spans.length, problem.solution.split("\n").filter((line) => line.trim() !== "").length);
    assert.equal(spans.at(-1)?.end, completion.length);
    assert.ok(completion.length <= task.longest.completion);
    if (task.verifyProcess(problem, completion) !== "right") marksThatFail++;
  }
  assert.equal(marksThatFail, 0);
  const problem = task.problem("test", 0);
  const spoilt = problem.solution.replace("<<16-3-4=9>>", "<<16-3-4=8>>");
  const completion = [...task.vocabulary.encode(spoilt), task.vocabulary.endId];
  assert.equal(task.verifyAnswer(problem, completion), "right");
  assert.equal(task.verifyProcess(problem, completion), "wrong");
  assert.equal(task.verifyAnswer(problem, task.vocabulary.encode(problem.solution)), "unanswered"); // no end
});

const GOOD = '{"question": "1+1?", "answer": "1+1=<<1+1=2>>2\\n#### 2"}\n';
const OTHER = '{"question": "2+1?", "answer": "#### 3"}\n';

async function files(t: TestContext, train: string, testFile = GOOD): Promise<{ train: string; test: string }> {
  const place = await mkdtemp(join(tmpdir(), "eightfold-"));
  t.after(() => rm(place, { recursive: true }));
  const paths = { train: join(place, "train.jsonl"), test: join(place, "test.jsonl") };
  await writeFile(paths.train, train);
  await writeFile(paths.test, testFile);
  return paths;
}

const ANY = { train: "any", test: "any" };

test("a bad line, a missing answer and another file are named with file and line", async (t) => {
  const cases: [text: string, message: RegExp][] = [
    [`${OTHER}{"question": "x"\n`, /train\.jsonl, line 2: no JSON/],
    [`${OTHER}\n["x"]\n`, /train\.jsonl, line 3: expected a JSON object/],
    ['{"question": "x"}\n', /train\.jsonl, line 1: expected text under "answer", got nothing/],
    ['{"question": " ", "answer": "#### 1"}\n', /train\.jsonl, line 1: expected text under "question", got " "/],
    [
      `${OTHER}{"question": "x", "answer": "many"}\n`,
      /train\.jsonl, line 2: expected an answer with a number after "####"/,
    ],
  ];
  for (const [text, message] of cases) {
    await assert.rejects(loadGsm8k({ ...(await files(t, text)), sha256: ANY }), message);
  }
  await assert.rejects(
    loadGsm8k(await files(t, OTHER)),
    /\.jsonl: sha256 is [0-9a-f]{64}, expected [0-9a-f]{64} \(hint: "any" reads/,
  );
  await assert.rejects(loadGsm8k({ train: "/nowhere/train.jsonl", test: "/nowhere/test.jsonl" }), /no such file/);
});

test("a question of the test file is left out of training and counted", async (t) => {
  const task = await loadGsm8k({ ...(await files(t, `${OTHER}${GOOD}${OTHER}`)), sha256: ANY });
  assert.equal(task.leftOut, 2);
  assert.equal(task.size("train") + task.size("validation"), 1);
  assert.throws(() => task.problem("test", 1), /problem requires index to be an integer in \[0, 0\], got 1/);
});

test("an address is read like a path, and a server that refuses is named", async (t) => {
  const server = createServer((request, response) => {
    if (request.url === "/gone") response.writeHead(404).end();
    else response.end(request.url === "/train" ? OTHER : GOOD);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const task = await loadGsm8k({ train: at("/train"), test: at("/test"), sha256: ANY });
  assert.equal(task.problem("test", 0).question, "1+1?");
  await assert.rejects(
    loadGsm8k({ train: at("/gone"), test: at("/test"), sha256: ANY }),
    /\/gone: the server answered 404 Not Found/,
  );
});
