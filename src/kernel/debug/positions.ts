/** @file Positions of a script in what its author wrote, through the source maps of the rewriter and of the transpiler. */
import {
  decodedMappings,
  type EncodedSourceMap,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  type SourceMapSegment,
  TraceMap,
} from "@jridgewell/trace-mapping";

/** A place as V8 counts: from 0. */
export interface ScriptPlace {
  readonly lineNumber: number;
  readonly columnNumber?: number | undefined;
}

/** A place as people count: from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Positions {
  /** Where a place stands in the author's text; undefined where the kernel has written what stands there. */
  authors(place: ScriptPlace): Position | undefined;
}

/** What the rewriter writes in front of what the author wrote (`cell/rewrite.ts`, `cell/stops.ts`). */
const OPENER =
  /^(?:return |\(|\{ [^\s:]+: |\/\*\u00a4\*\/|__stop\.(?:on|callback|rejected)\(|__cell\.evalText\(|__using\.use\()+$/;
/** What it writes for itself. */
const OWN = /^(?:\/\*[\u00a4\u00a6\u00a7]\*\/|[{};\s])*(?:__\w+\b|const __|try\{|\}finally)/;

/**
 * The positions of one script.
 *
 * @param code what V8 runs
 * @param maps from there to the author's text, in the order in which they are gone through; none where it is that text
 */
export function createPositions(code: string, maps: readonly EncodedSourceMap[]): Positions {
  const lines = code.split("\n");
  const [rewriting, ...others] = maps.map((map) => new TraceMap(map));
  return {
    authors({ lineNumber, columnNumber = 0 }) {
      if (rewriting === undefined) return { line: lineNumber + 1, column: columnNumber + 1 };
      let at = beforeRewriting(rewriting, lineNumber, columnNumber, lines[lineNumber] ?? "");
      for (const map of others) at = at && original(map, at);
      return at && { line: at.line, column: at.column + 1 };
    },
  };
}

/** Lines count from 1 and columns from 0, as in source maps. */
type MapPlace = Position;

/** Text that was inserted has no place of its own, and the map would give that of what stands before it. */
function beforeRewriting(map: TraceMap, line: number, column: number, text: string): MapPlace | undefined {
  const segments = decodedMappings(map)[line] ?? [];
  const next = segments.findIndex(([start]) => start > column);
  const before = segments[next < 0 ? segments.length - 1 : next - 1];
  if (before?.[0] === column) return placeOf(before);
  const after = next < 0 ? undefined : segments[next];
  const between = text.slice(column, after?.[0]);
  if (after !== undefined && OPENER.test(between)) return placeOf(after);
  return OWN.test(between) ? undefined : before && placeOf(before);
}

function placeOf([, , line, column]: SourceMapSegment): MapPlace | undefined {
  return line === undefined || column === undefined ? undefined : { line: line + 1, column };
}

function original(map: TraceMap, place: MapPlace): MapPlace | undefined {
  const found = originalPositionFor(map, place);
  const { line, column } =
    found.line === null ? originalPositionFor(map, { ...place, bias: LEAST_UPPER_BOUND }) : found;
  return line === null ? undefined : { line, column };
}
