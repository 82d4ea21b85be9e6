/** @file What the session answers a debugger, which asks through the inspector in the middle of what runs: `debug` of `__stop`. */
import { Script } from "node:vm";
import type { EncodedSourceMap } from "@jridgewell/trace-mapping";
import { type Origin, originOf, sourceMapsOf } from "./frames.ts";
import { withIntrinsics } from "./intrinsics.ts";
import { withObjectLiteral } from "./object-literal.ts";
import { rewriteEval } from "./rewrite-eval.ts";
import type { SessionScope } from "./session-scope.ts";
import { transpile } from "./transpile.ts";

export interface DebugAnswers {
  /** What scripts were made from, by their addresses; null for those that are nobody's. */
  origins(addresses: readonly string[]): (Origin | null)[];
  /** Source maps of a script, in the order in which they are gone through. */
  maps(address: string): EncodedSourceMap[];
  /** The session's variables, as properties of an object of their own. */
  variables(): object;
  /**
   * A TypeScript text as the JavaScript that a frame can evaluate.
   *
   * @param locals names that are bound in the frame
   * @throws SyntaxError when it cannot be read
   */
  script(text: string, locals: readonly string[]): string;
  /** Gives the session a variable. */
  declare(name: string, value: unknown): void;
  /** Some elements of a list, as properties of an object of their own; no getter is called. */
  elements(list: object, from: number, to: number): object;
  /** True for an error that was not asked for before: one that is thrown on is no new one. */
  isNew(thrown: unknown): boolean;
  /** What `script` writes in front: the names of rewritten code. */
  readonly names: Readonly<Record<string, unknown>>;
}

/**
 * Answers for a session.
 *
 * @param runtime what rewritten code calls by the name __cell
 */
export function createDebugAnswers(session: SessionScope, runtime: object): DebugAnswers {
  const { scope, declare, maybe } = session;
  const seen = new WeakSet<object>();
  return {
    origins: (addresses) => withIntrinsics(() => addresses.map((address) => originOf(address) ?? null)),
    maps: (address) => withIntrinsics(() => sourceMapsOf(address)),
    variables: () => withIntrinsics(() => session.values()),
    script: (text, locals) => withIntrinsics(() => scriptOf(text, session, locals)),
    declare(name, value) {
      withIntrinsics(() => session.announce(new Map([[name, "let"]])));
      declare[name] = value;
    },
    elements: (list, from, to) =>
      withIntrinsics(() => {
        const elements = {};
        for (let at = from; at < to; at++) {
          const element = Object.getOwnPropertyDescriptor(list, at);
          if (element !== undefined) Object.defineProperty(elements, at, { ...element, enumerable: true });
        }
        return elements;
      }),
    isNew: (thrown) =>
      withIntrinsics(() => {
        if (typeof thrown !== "object" || thrown === null) return true;
        const isNew = !seen.has(thrown);
        seen.add(thrown);
        return isNew;
      }),
    names: { __scope: scope, __declare: declare, __maybe: maybe, __cell: runtime },
  };
}

const NAMES = ["__scope", "__declare", "__maybe", "__cell"];
/** A block, so that its constants are nobody else's; its value is that of its last statement. */
const OPEN = `{const ${NAMES.map((name) => `${name}=__stop.debug.names.${name}`).join()};`;

function scriptOf(text: string, session: SessionScope, locals: readonly string[]): string {
  const { code } = transpile(withObjectLiteral(text.trim()), "expression.ts");
  new Script(code); // what V8 has against it, `await` for one, it says now
  return `${OPEN}${rewriteEval(code, session, locals)}}`;
}
