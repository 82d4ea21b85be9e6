/** @file Walking an ESTree program, https://github.com/estree/estree. */

/** A node: its type, its place in UTF-16 units, and fields by type. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export function isNode(value: unknown): value is Node {
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

/** Every node directly below: a list, since a generator costs more than the node. */
export function descend(node: Node): readonly Node[] {
  const below: Node[] = [];
  for (const field in node) {
    const value = node[field];
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) below.push(value);
    } else for (const item of value) if (isNode(item)) below.push(item);
  }
  return below;
}

/** The identifiers that a binding pattern binds: x, {a, b: [c = 1]}, ...rest. */
export function* boundIdentifiers(pattern: Node): Generator<Node> {
  switch (pattern.type) {
    case "Identifier":
      yield pattern;
      break;
    case "ObjectPattern":
      for (const property of children(pattern, "properties")) yield* boundIdentifiers(property);
      break;
    case "Property":
      yield* boundIdentifiers(child(pattern, "value"));
      break;
    case "ArrayPattern":
      for (const element of children(pattern, "elements")) yield* boundIdentifiers(element);
      break;
    case "AssignmentPattern":
      yield* boundIdentifiers(child(pattern, "left"));
      break;
    case "RestElement":
      yield* boundIdentifiers(child(pattern, "argument"));
      break;
  }
}

/** The names that a binding pattern binds. */
export function boundNames(pattern: Node): string[] {
  return [...boundIdentifiers(pattern)].map((identifier) => String(identifier.name));
}

/** Function of any kind: it starts a scope of its own for var, and its body does not run at once. */
export function isFunction({ type }: Node): boolean {
  return type === "FunctionDeclaration" || type === "FunctionExpression" || type === "ArrowFunctionExpression";
}
