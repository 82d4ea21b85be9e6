/** @file What frontends open: scopes, objects and long lists, each by a number, read without running any of their code. */
import type { Runtime } from "node:inspector";
import type { JsonObject } from "../wire/index.ts";
import { ANSWERS, type Evaluated, type Inspector, returned } from "./inspector.ts";
import { hasMembers, UNSEEN_FIELD, valueText, valueType } from "./value-text.ts";

/** What a number stands for. */
export type Opened =
  /** The variables of scopes, of which an inner one hides the same names of outer ones. */
  | { readonly kind: "scope"; readonly objects: readonly string[]; readonly extra?: readonly Named[] }
  /** The properties of an object; `path` is an expression for it. */
  | { readonly kind: "object"; readonly objectId: string; readonly path: string | undefined }
  /** Elements of a list, from the first up to the second and without it. */
  | { readonly kind: "elements"; readonly objectId: string; readonly range: Range; readonly path: string | undefined };

type Range = readonly [from: number, to: number];

/** A value that has no scope to stand in: `this`. */
export interface Named {
  readonly name: string;
  readonly value: Runtime.RemoteObject;
}

/** How long numbers live: until what halts goes on, or until the session is looked at again. */
type Life = "pause" | "session";

export interface Variables {
  /** A number for what can be opened. */
  reference(opened: Opened, life: Life): number;
  /** What a value's number stands for; 0 where there is nothing to open. */
  ofValue(value: Runtime.RemoteObject, path: string | undefined, life: Life): number;
  /** @throws RangeError when the number stands for nothing any more */
  list(reference: number): Promise<JsonObject[]>;
  /** The names that are bound in scopes. */
  names(objects: readonly string[]): Promise<string[]>;
  forget(life: Life): void;
  /** Whether types are told beside the values. */
  showTypes(shows: boolean): void;
}

/** What the rewriter calls its own; no author knows these names. */
const OWN_NAME =
  /^__(?:scope|declare|maybe|cell|using|fin|caught|cjs\d+(?:_\d+)?|commonJsScope|plainMeta|exported|stop)$/;

/** Longer lists are opened in parts. */
const PART = 100;
/** Of an object with more properties, so many are shown. */
const MOST = 2000;

export function createVariables(inspector: Inspector): Variables {
  const open = new Map<number, { readonly opened: Opened; readonly life: Life }>();
  let given = 0;
  let showsTypes = false;

  function reference(opened: Opened, life: Life): number {
    open.set(++given, { opened, life });
    return given;
  }

  function ofValue(value: Runtime.RemoteObject, path: string | undefined, life: Life): number {
    if (!hasMembers(value)) return 0;
    const objectId = value.objectId as string;
    const length = lengthOf(value);
    if (length <= PART) return reference({ kind: "object", objectId, path }, life);
    return reference({ kind: "elements", objectId, range: [0, length], path }, life);
  }

  function variable(name: string, value: Runtime.RemoteObject, path: string | undefined, life: Life): JsonObject {
    const named = path === undefined ? {} : { evaluateName: path };
    const typed = showsTypes ? { type: valueType(value) } : {};
    const shown = { name, value: valueText(value), ...typed, ...named };
    const length = lengthOf(value);
    return {
      ...shown,
      variablesReference: ofValue(value, path, life),
      ...(length > 0 ? { indexedVariables: length } : {}),
    };
  }

  async function propertiesOf(objectId: string): Promise<Runtime.GetPropertiesReturnType> {
    return inspector.post<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
      objectId,
      ownProperties: true,
      generatePreview: true,
    });
  }

  function property(found: Runtime.PropertyDescriptor, path: string | undefined, life: Life): JsonObject {
    const { name, value, get } = found;
    if (value !== undefined) return variable(name, value, path, life);
    const isAccessor = get !== undefined && get.type !== "undefined";
    const text = isAccessor ? "(getter)" : "<not yet initialized>";
    return { name, value: text, variablesReference: 0 };
  }

  async function members(objectId: string, path: string | undefined, life: Life): Promise<JsonObject[]> {
    const {
      result,
      internalProperties = [],
      privateProperties = [],
    } = (await propertiesOf(objectId)) as Runtime.GetPropertiesReturnType & {
      privateProperties?: Runtime.PropertyDescriptor[];
    };
    const shown = result
      .filter(({ name }) => name !== "__proto__")
      .slice(0, MOST)
      .map((found) => property(found, pathTo(path, found.name), life));
    const rest = result.length - shown.length;
    if (rest > 1) shown.push({ name: "\u2026", value: `${rest} more`, variablesReference: 0 });
    const own = privateProperties
      .filter(({ name }) => name !== UNSEEN_FIELD)
      .map((found) => property(found, undefined, life));
    const internal = internalProperties
      .filter(({ name, value }) => value !== undefined && SHOWN_INTERNAL.test(name))
      .map(({ name, value }) => variable(name, value as Runtime.RemoteObject, undefined, life));
    return [...shown, ...own, ...internal];
  }

  /** At most a hundred parts, each of which may have parts again. */
  async function elements({ objectId, range, path }: Opened & { kind: "elements" }, life: Life): Promise<JsonObject[]> {
    const [from, to] = range;
    if (to - from <= PART) {
      const evaluated = await inspector.post<Evaluated<unknown> & { readonly result: Runtime.RemoteObject }>(
        "Runtime.callFunctionOn",
        {
          objectId,
          functionDeclaration: `function(from, to) { return ${ANSWERS}.elements(this, from, to); }`,
          arguments: [{ value: from }, { value: to }],
          silent: true,
        },
      );
      returned(evaluated);
      return (await members(evaluated.result.objectId as string, path, life)).filter(({ name }) =>
        /^\d+$/.test(String(name)),
      );
    }
    let step = PART;
    while ((to - from) / step > PART) step *= PART;
    return Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => {
      const part: Range = [from + at * step, Math.min(to, from + (at + 1) * step)];
      const opened: Opened = { kind: "elements", objectId, range: part, path };
      return {
        name: `[${part[0]} \u2026 ${part[1] - 1}]`,
        value: "",
        variablesReference: reference(opened, life),
      };
    });
  }

  async function scope({ objects, extra = [] }: Opened & { kind: "scope" }, life: Life): Promise<JsonObject[]> {
    const found = new Map<string, JsonObject>();
    for (const { name, value } of extra) found.set(name, variable(name, value, name, life));
    for (const objectId of objects) {
      for (const one of (await propertiesOf(objectId)).result) {
        if (!OWN_NAME.test(one.name) && !found.has(one.name)) found.set(one.name, property(one, one.name, life));
      }
    }
    return [...found.values()];
  }

  return {
    reference,
    ofValue,
    async list(number) {
      const entry = open.get(number);
      if (entry === undefined) {
        throw new RangeError(`variables requires variablesReference to be one of this pause, got ${number}`);
      }
      const { opened, life } = entry;
      if (opened.kind === "scope") return scope(opened, life);
      return opened.kind === "object" ? members(opened.objectId, opened.path, life) : elements(opened, life);
    },
    async names(objects) {
      const all = await Promise.all(objects.map(propertiesOf));
      return all.flatMap(({ result }) => result.map(({ name }) => name)).filter((name) => !OWN_NAME.test(name));
    },
    showTypes(shows) {
      showsTypes = shows;
    },
    forget(life) {
      for (const [number, entry] of open) if (entry.life === life) open.delete(number);
    },
  };
}

/** What V8 knows of an object beside its properties. */
const SHOWN_INTERNAL =
  /^\[\[(?:Entries|PromiseState|PromiseResult|PrimitiveValue|Target|Handler|TargetFunction|BoundThis|BoundArgs)\]\]$/;

/** Of a list; 0 for what is none. */
function lengthOf({ subtype, description = "" }: Runtime.RemoteObject): number {
  if (subtype !== "array" && subtype !== "typedarray") return 0;
  return Number(/\((\d+)\)$/.exec(description)?.[1] ?? 0);
}

function pathTo(path: string | undefined, name: string): string | undefined {
  if (path === undefined) return undefined;
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return `${path}.${name}`;
  return `${path}[${/^(?:0|[1-9]\d*)$/.test(name) ? name : JSON.stringify(name)}]`;
}
