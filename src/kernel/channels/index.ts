/** @file The ZeroMQ sockets of a kernel and of a frontend; nothing else in the project touches them.
 *
 * The kernel's side runs on the kernel's thread; the frontend's is also the doctor's, the tests' and `@eightfold/rerun`'s. Imports
 * `wire/` alone. What a socket binds to, sends and closes is changed here, what a message means is not. Tests:
 * tests/kernel/channels, and bad-messages.test.ts in tests/kernel/kernel-thread.
 */
export {
  type ClientChannel,
  type ClientChannels,
  connectClient,
  createConnection,
  createSocketConnection,
} from "./client.ts";
export { bindServer, type Incoming, type RequestChannel, type ServerChannels } from "./server.ts";
