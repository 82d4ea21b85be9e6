/** @file The ZeroMQ sockets of a kernel and of a frontend; nothing else in the project touches them. */
export {
  type ClientChannel,
  type ClientChannels,
  connectClient,
  createConnection,
  createSocketConnection,
} from "./client.ts";
export { bindServer, type Incoming, type RequestChannel, type ServerChannels } from "./server.ts";
