/** @file What a connected debugger is asked, by command: breakpoints, stack, variables, steps. */
import { existsSync, readFileSync } from "node:fs";
import type { JsonObject } from "../wire/index.ts";
import { countOr, objects, requireCount, requireObject, requireText, texts } from "./arguments.ts";
import { type Attached, THREAD } from "./attached.ts";
import { shown } from "./breakpoints.ts";
import { frameScopes, type StackFrame, shownFrame } from "./frames.ts";
import { ANSWERS } from "./inspector.ts";
import type { Pause, Way } from "./pauses.ts";
import { valueText, valueType } from "./value-text.ts";

/** Serves a command: the response's body. */
export type Command = (given: JsonObject, attached: Attached) => Promise<JsonObject>;

/** Those that need a debugger which was started. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  configurationDone: async () => ({}),
  threads: async () => ({ threads: [THREAD] }),
  setBreakpoints,
  async setExceptionBreakpoints(given, { exceptions }) {
    await exceptions.set(texts("setExceptionBreakpoints", given, "filters"));
    return {};
  },
  stackTrace,
  scopes,
  variables: async (given, { variables }) => ({
    variables: await variables.list(requireCount("variables", given, "variablesReference", 1)),
  }),
  evaluate,
  next: (_, attached) => goOn("next", "stepOver", attached),
  stepIn: (_, attached) => goOn("stepIn", "stepInto", attached),
  stepOut: (_, attached) => goOn("stepOut", "stepOut", attached),
  async continue(_, attached) {
    await goOn("continue", "resume", attached);
    return { allThreadsContinued: true };
  },
  async pause(_, { pauses }) {
    if (pauses.current() === undefined) await pauses.pause();
    return {};
  },
  modules,
};

async function setBreakpoints(given: JsonObject, { breakpoints }: Attached): Promise<JsonObject> {
  const path = requireText("setBreakpoints", requireObject("setBreakpoints", given, "source"), "path");
  const wanted = objects("setBreakpoints", given, "breakpoints").map((one) => {
    const line = requireCount("setBreakpoints", one, "line", 1);
    const condition =
      one.condition === undefined || one.condition === "" ? undefined : requireText("setBreakpoints", one, "condition");
    return condition === undefined ? { line } : { line, condition };
  });
  const set = await breakpoints.set(path, wanted);
  return { breakpoints: set.map((breakpoint) => shown(breakpoint, path)) };
}

async function stackTrace(given: JsonObject, attached: Attached): Promise<JsonObject> {
  const { frames } = requirePause("stackTrace", attached);
  const start = countOr("stackTrace", given, "startFrame", 0);
  const levels = countOr("stackTrace", given, "levels", 0) || frames.length;
  return { stackFrames: frames.slice(start, start + levels).map(shownFrame), totalFrames: frames.length };
}

async function scopes(given: JsonObject, attached: Attached): Promise<JsonObject> {
  const frame = requireFrame("scopes", given, attached);
  const { variables } = attached;
  const found: JsonObject[] = [];
  for (const { name, objects: holders, extra } of frameScopes(frame)) {
    const isEmpty = extra.length === 0 && (await variables.names(holders)).length === 0;
    if (isEmpty) continue;
    const variablesReference = variables.reference({ kind: "scope", objects: holders, extra }, "pause");
    found.push({ name, variablesReference, expensive: false });
  }
  if (frame.script.isCell)
    found.push({ name: "Session", variablesReference: await session(attached, "pause"), expensive: false });
  return { scopes: found };
}

/** A number for the variables of all cells. */
async function session({ inspector, variables }: Attached, life: "pause" | "session"): Promise<number> {
  const { result } = await inspector.post<{ readonly result: { readonly objectId: string } }>("Runtime.evaluate", {
    expression: `${ANSWERS}.variables()`,
    objectGroup: life,
    silent: true,
    disableBreaks: true,
  });
  return variables.reference({ kind: "scope", objects: [result.objectId] }, life);
}

/** Also without a start: what the cells have declared. */
export async function inspectVariables(_: JsonObject, attached: Attached): Promise<JsonObject> {
  const { inspector, variables } = attached;
  variables.forget("session");
  await inspector.post("Runtime.releaseObjectGroup", { objectGroup: "session" });
  return { variables: await variables.list(await session(attached, "session")) };
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Also without a start: a variable as a cell would show it. */
export async function richInspectVariables(given: JsonObject, attached: Attached): Promise<JsonObject> {
  const name = requireText("richInspectVariables", given, "variableName");
  if (!IDENTIFIER.test(name)) return { data: {}, metadata: {} };
  const { evaluation, pauses } = attached;
  const isOfFrame = typeof given.frameId === "number" && pauses.current() !== undefined;
  const frame = isOfFrame ? requireFrame("richInspectVariables", given, attached) : pauses.current()?.frames[0];
  const value = await evaluation.value(name, frame);
  return { data: await evaluation.answer<JsonObject>("bundle", value), metadata: {} };
}

/** Gives the session a variable of a frame. */
export async function copyToGlobals(given: JsonObject, attached: Attached): Promise<JsonObject> {
  const [from, to] = ["srcVariableName", "dstVariableName"].map((name) =>
    requireText("copyToGlobals", given, name),
  ) as [string, string];
  for (const name of [from, to]) {
    if (!IDENTIFIER.test(name))
      throw new TypeError(`copyToGlobals requires names of variables, got ${JSON.stringify(name)}`);
  }
  const frame = requireFrame("copyToGlobals", { frameId: given.srcFrameId ?? null }, attached);
  const copied = await attached.evaluation.value(from, frame);
  await attached.evaluation.answer("declare", { value: to }, copied);
  return { value: valueText(copied), variablesReference: attached.variables.ofValue(copied, from, "pause") };
}

async function evaluate(given: JsonObject, attached: Attached): Promise<JsonObject> {
  const expression = requireText("evaluate", given, "expression");
  const isOfFrame = given.frameId !== undefined && given.frameId !== null;
  const frame = isOfFrame ? requireFrame("evaluate", given, attached) : undefined;
  const value = await attached.evaluation.value(expression, frame);
  const path = IDENTIFIER.test(expression.trim()) ? expression.trim() : undefined;
  const variablesReference = attached.variables.ofValue(value, path, frame === undefined ? "session" : "pause");
  return { result: valueText(value), type: valueType(value), variablesReference };
}

async function goOn(command: string, way: Way, attached: Attached): Promise<JsonObject> {
  requirePause(command, attached);
  await attached.pauses.goOn(way);
  return {};
}

/** Local files and packages; cells are no modules. */
async function modules(given: JsonObject, { scripts }: Attached): Promise<JsonObject> {
  const files = (await scripts.all()).filter(({ isCell }) => !isCell);
  const paths = [...new Map(files.map(({ path, name }) => [path, name]))];
  const start = countOr("modules", given, "startModule", 0);
  const count = countOr("modules", given, "moduleCount", 0) || paths.length;
  const shownModules = paths.map(([path, name], id) => ({ id, name, path })).slice(start, start + count);
  return { modules: shownModules, totalModules: paths.length };
}

/** Also without a start: the text behind a path. */
export async function source(given: JsonObject, codeOf: (path: string) => string | undefined): Promise<JsonObject> {
  const path = requireText("source", requireObject("source", given, "source"), "path");
  const content = codeOf(path) ?? (existsSync(path) ? readFileSync(path, "utf8") : undefined);
  if (content === undefined) throw new Error(`source unavailable: no cell and no file is known as ${path}`);
  return { content };
}

function requirePause(command: string, { pauses }: Attached): Pause {
  const paused = pauses.current();
  if (paused === undefined) throw new Error(`${command} requires a paused thread, and the main thread runs`);
  return paused;
}

function requireFrame(command: string, given: JsonObject, attached: Attached): StackFrame {
  const id = requireCount(command, given, "frameId");
  const { frames } = requirePause(command, attached);
  const frame = frames.find((one) => one.id === id);
  if (frame !== undefined) return frame;
  const ids = frames.map((one) => one.id).join(", ");
  throw new RangeError(`${command} requires frameId to be one of this pause (${ids}), got ${id}`);
}
