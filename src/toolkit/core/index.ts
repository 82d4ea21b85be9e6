/** @file What is random comes in as a stream: the one thing of core that callers of the other doors need.
 *
 * core is what every stage leans on: streams, tails and critical values, argument checks, number format, files written whole, JSON lines.
 * It imports no stage. Streams must keep their draws, of which every number of the study is made; the rest may change.
 * Tests: tests/toolkit/core, and tests/architecture.test.ts for randomness, clock and files elsewhere.
 */
export { createStream, type RandomStream } from "./random-stream.ts";
