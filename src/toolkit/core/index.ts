/** @file What is random comes in as a stream: the one thing of core that callers of the other doors need. */
export { createStream, type RandomStream } from "./random-stream.ts";
