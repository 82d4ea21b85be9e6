/** @file The connection file that tells a kernel where to listen, https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files. */

/** The five sockets of a kernel. */
export const CHANNELS = ["shell", "control", "iopub", "stdin", "hb"] as const;

export type Channel = (typeof CHANNELS)[number];

export interface ConnectionInfo {
  readonly transport: "tcp" | "ipc";
  readonly ip: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
  /** Key of the HMAC; empty for unsigned messages. */
  readonly key: string;
  readonly signature_scheme: "hmac-sha256";
}

/**
 * A connection file's text, checked.
 *
 * @param text JSON text of the file
 * @param path where it was read from, for the message
 * @returns the connection it describes
 * @throws TypeError when it is no JSON object, or a field is missing or of a kind this kernel does not serve
 */
export function parseConnectionFile(text: string, path: string): ConnectionInfo {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TypeError(`connection file ${path} is not JSON: ${(error as Error).message}`);
  }
  const fields = value as Record<string, unknown>;
  if (typeof value !== "object" || value === null) throw new TypeError(`connection file ${path} is not a JSON object`);
  for (const channel of CHANNELS) requirePort(path, `${channel}_port`, fields[`${channel}_port`]);
  requireOneOf(path, "transport", fields.transport, ["tcp", "ipc"]);
  requireOneOf(path, "signature_scheme", fields.signature_scheme ?? "hmac-sha256", ["hmac-sha256"]);
  if (typeof fields.ip !== "string")
    throw new TypeError(`connection file ${path} requires ip to be text, got ${fields.ip}`);
  if (typeof fields.key !== "string")
    throw new TypeError(`connection file ${path} requires key to be text, got ${fields.key}`);
  return { ...fields, signature_scheme: "hmac-sha256" } as ConnectionInfo;
}

/**
 * The ZeroMQ address of one channel.
 *
 * @example channelAddress({ transport: "tcp", ip: "127.0.0.1", shell_port: 1, control_port: 2, iopub_port: 3, stdin_port: 4, hb_port: 5, key: "", signature_scheme: "hmac-sha256" }, "iopub") // => "tcp://127.0.0.1:3"
 */
export function channelAddress(connection: ConnectionInfo, channel: Channel): string {
  const port = connection[`${channel}_port`];
  return connection.transport === "ipc" ? `ipc://${connection.ip}-${port}` : `tcp://${connection.ip}:${port}`;
}

function requirePort(path: string, name: string, value: unknown): void {
  if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65536) return;
  throw new TypeError(
    `connection file ${path} requires ${name} to be a port in [1, 65535], got ${JSON.stringify(value)}`,
  );
}

function requireOneOf(path: string, name: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === "string" && allowed.includes(value)) return;
  throw new TypeError(
    `connection file ${path} requires ${name} to be ${allowed.join(" or ")}, got ${JSON.stringify(value)}`,
  );
}
