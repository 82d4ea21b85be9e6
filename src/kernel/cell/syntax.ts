/** @file Walking an ESTree program, https://github.com/estree/estree. */

/** A node: its type, its place in UTF-16 units, and fields by type. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** With holes, as in `[a, , b]`. */
export type List = readonly (Node | null)[];

/** A node with the fields that are read by name; which of them it has, its type says. */
export interface Fields extends Node {
  readonly alternate: Node | null;
  readonly argument: Node | null;
  readonly arguments: readonly Node[];
  readonly await: boolean;
  readonly block: Node;
  readonly body: Node;
  readonly callee: Node;
  readonly cases: readonly Node[];
  readonly computed: boolean;
  readonly consequent: Node;
  readonly declaration: Node | null;
  readonly declarations: readonly Node[];
  readonly discriminant: Node;
  readonly elements: List;
  readonly expression: Node;
  readonly finalizer: Node | null;
  readonly handler: Node | null;
  readonly id: Node | null;
  readonly init: Node | null;
  readonly key: Node;
  readonly kind: string;
  readonly left: Node;
  readonly meta: Node;
  readonly name: string;
  readonly object: Node;
  readonly operator: string;
  readonly param: Node | null;
  readonly params: readonly Node[];
  readonly properties: readonly Node[];
  readonly property: Node;
  readonly quasi: Node;
  readonly right: Node;
  readonly shorthand: boolean;
  readonly superClass: Node | null;
  readonly tag: Node;
  readonly value: Node | null;
}

/** What a program, a block or the body of a class holds. */
export function listOf({ body }: Fields): readonly Node[] {
  return body as unknown as readonly Node[];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

/** A field that holds one node. */
export function child(node: Node, field: string): Node {
  const value = node[field];
  if (!isNode(value)) throw new TypeError(`${node.type} has no node in its field ${field}`);
  return value;
}

/** A field that holds one node or none. */
export function optionalChild(node: Node, field: string): Node | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** A field that holds a list of nodes; holes of array patterns are left out. */
export function children(node: Node, field: string): readonly Node[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Its own reference: a cell may overwrite the globals. */
const { hasOwn } = Object;

/** Every node directly below: a list, since a generator costs more than the node. */
export function descend(node: Node): readonly Node[] {
  const below: Node[] = [];
  for (const field in node) {
    if (!hasOwn(node, field)) return below; // what a cell has added to all objects comes last
    const value = node[field];
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) below.push(value);
    } else {
      each(value, (item) => {
        if (isNode(item)) below.push(item);
      });
    }
  }
  return below;
}

/** `for of` for lists of nodes, without the holes: until V8 has optimised it, that one makes an object of each step. */
export function each(nodes: List, use: (node: Node) => void): void {
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at];
    if (node !== null && node !== undefined) use(node);
  }
}

/**
 * Calls with each identifier that a binding pattern binds: x, {a, b: [c = 1]}, ...rest.
 *
 * @param use also gets the defaults that are evaluated before the identifier is bound
 */
export function eachBound(
  pattern: Node,
  use: (identifier: Fields, defaults: readonly Node[]) => void,
  defaults: readonly Node[] = [],
): void {
  const fields = pattern as Fields;
  switch (pattern.type) {
    case "Identifier":
      use(fields, defaults);
      return;
    case "ObjectPattern":
      each(fields.properties, (property) => eachBound(property, use, defaults));
      return;
    case "Property":
      eachBound(fields.value as Node, use, defaults);
      return;
    case "ArrayPattern":
      each(fields.elements, (element) => eachBound(element, use, defaults));
      return;
    case "AssignmentPattern":
      eachBound(fields.left, use, [...defaults, fields.right]);
      return;
    case "RestElement":
      eachBound(fields.argument as Node, use, defaults);
  }
}

/** Adds the names that binding patterns bind. */
export function addBoundNames(patterns: readonly Node[], names: Set<string>): void {
  each(patterns, (pattern) => eachBound(pattern, ({ name }) => names.add(name)));
}

/** Adds the names that the declarators of a `const`, `let` or `var` bind. */
export function addDeclarators(declarators: readonly Node[], names: Set<string>): void {
  each(declarators, (declarator) => eachBound((declarator as Fields).id as Node, ({ name }) => names.add(name)));
}

/** Function of any kind: it starts a scope of its own for var, and its body does not run at once. */
export function isFunction({ type }: Node): boolean {
  return type === "FunctionDeclaration" || type === "FunctionExpression" || type === "ArrowFunctionExpression";
}
