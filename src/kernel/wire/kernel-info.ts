/** @file kernel_info, https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-info. */
import { type JsonObject, PROTOCOL_VERSION } from "./message.ts";

/** What the kernel says of itself. */
export function kernelInfoReply(version: string): JsonObject {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "eightfold",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: "7.0",
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: `Eightfold ${version}: TypeScript on Node ${process.versions.node}`,
    debugger: true,
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest/api/" },
    ],
    supported_features: ["debugger"],
  };
}
