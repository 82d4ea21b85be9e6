/** @file Nested records and lists with one kind of leaf (JAX's pytrees): parameters, batches and results keep their names. */
import { wrong } from "../core/argument-checks.ts";

export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [name: string]: Tree<Leaf> };

/** The same nesting with other leaves. */
export type MapTree<T, From, To> = T extends From
  ? To
  : T extends readonly unknown[] | Record<string, unknown> | object
    ? { [K in keyof T]: MapTree<T[K], From, To> }
    : never;

export interface NamedLeaf<Leaf> {
  readonly name: string;
  readonly leaf: Leaf;
}

/**
 * The leaves with their dotted names, in the order in which the tree was written.
 *
 * @example flattenTree({ head: { bias: 2 } }, (x) => typeof x === "number")[0].name // => "head.bias"
 * @throws TypeError for a value that is neither leaf, list nor record
 */
export function flattenTree<Leaf>(tree: unknown, isLeaf: (value: unknown) => value is Leaf): NamedLeaf<Leaf>[] {
  const found: NamedLeaf<Leaf>[] = [];
  const visit = (node: unknown, name: string): void => {
    if (isLeaf(node)) {
      found.push({ name, leaf: node });
      return;
    }
    if (!isBranch(node))
      throw wrong("a tree", `${name === "" ? "its root" : name} to be a leaf, a list or a record`, node);
    for (const [key, child] of Object.entries(node)) visit(child, name === "" ? key : `${name}.${key}`);
  };
  visit(tree, "");
  return found;
}

/** The tree with each leaf replaced; `leaves` come in the order of flattenTree. */
export function rebuildTree<Leaf, From, T>(
  like: T,
  isLeaf: (value: unknown) => value is From,
  leaves: readonly Leaf[],
): MapTree<T, From, Leaf> {
  let next = 0;
  const build = (node: unknown): unknown => {
    if (isLeaf(node)) return leaves[next++];
    if (Array.isArray(node)) return node.map(build);
    return Object.fromEntries(Object.entries(node as object).map(([key, child]) => [key, build(child)]));
  };
  return build(like) as MapTree<T, From, Leaf>;
}

function isBranch(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return (
    Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null
  );
}
