/** @file A local module of import-local-ts.ipynb: types, an enum, and an import of its neighbour without an ending. */
import { capitalise } from "./words";

export type Name = string;

export class Greeter {
  constructor(readonly greeting: string) {}

  greet(name: Name): string {
    return `${this.greeting}, ${capitalise(name)}!`;
  }
}
