/** @file The Python behind a notebook's kernel, and its packages: what explains that numbers print otherwise than last year. */
import { execFileSync } from "node:child_process";
import { isObject } from "../json-text.ts";

/** Asked of the kernel's own program, isolated from the notebook's folder and from variables of Python's. */
const ASK = `import importlib.metadata, json, platform
found = {d.metadata["Name"]: d.version for d in importlib.metadata.distributions() if d.metadata["Name"]}
print(json.dumps({"Python": platform.python_version(), **dict(sorted(found.items(), key=lambda item: item[0].lower()))}))`;

const PATIENCE_MS = 20_000; // a folder of some hundred packages on a slow disk

/**
 * The version of Python and of each package that is installed with it.
 *
 * @param program of a kernel whose language is Python
 * @returns name to version; empty when the program does not answer as Python does
 */
export function pythonPackages(program: string): Record<string, string> {
  try {
    const answer = execFileSync(program, ["-I", "-c", ASK], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: PATIENCE_MS,
    });
    const found: unknown = JSON.parse(answer);
    const versions = Object.entries(isObject(found) ? found : {});
    return Object.fromEntries(versions.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return {}; // a program around Python, such as conda's: nothing is said
  }
}
