/** @file Jupyter messages: envelope, frames, connection file, and one file a message family. Pure: no sockets.
 *
 * Runs on both threads, and imports nothing of the kernel. A message family is added as a file here, its handler in
 * `kernel-thread/kernel.ts` and its row in docs/protocol.md. Tests: tests/kernel/wire, and bad-messages.test.ts in
 * tests/kernel/kernel-thread.
 */
export { type CommContent, type CommExtras, commInfoReply, commOutput, parseComm } from "./comm.ts";
export { type Completions, completeReply, parseCompleteRequest } from "./complete.ts";
export { connectReply } from "./connect.ts";
export { CHANNELS, type Channel, type ConnectionInfo, channelAddress, parseConnectionFile } from "./connection.ts";
export { type DebugRequest, debugEvent, debugFailure, debugReply, parseDebugRequest } from "./debug.ts";
export {
  abortedReply,
  type ErrorContent,
  type ExecuteOutcome,
  type ExecuteRequest,
  errorReply,
  executeReply,
  parseExecuteRequest,
} from "./execute.ts";
export { type Decoded, decodeMessage, encodeMessage } from "./frames.ts";
export { type HistoryEntry, type HistoryQuery, historyReply, parseHistoryRequest } from "./history.ts";
export { inspectReply, parseInspectRequest } from "./inspect.ts";
export { type Completeness, isCompleteReply } from "./is-complete.ts";
export { kernelInfoReply } from "./kernel-info.ts";
export {
  createMessage,
  createSession,
  type Json,
  type JsonObject,
  type Message,
  type MessageHeader,
  PROTOCOL_VERSION,
} from "./message.ts";
export {
  clearOutput,
  displayData,
  errorOutput,
  executeResult,
  type MimeBundle,
  type Output,
  streamOutput,
  updateDisplayData,
} from "./output.ts";
export { shutdownReply } from "./shutdown.ts";
export { inputRequest, parseInputReply } from "./stdin.ts";
export { unknownReply } from "./unsupported.ts";
