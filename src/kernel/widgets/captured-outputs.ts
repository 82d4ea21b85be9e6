/** @file What a function puts out, as a notebook's file has outputs: for the widget that shows it. */
import type { Json, JsonObject, Output } from "../wire/index.ts";
import type { Fallback } from "./widget.ts";

/** Such as `{ output_type: "stream", name: "stdout", text: "1\n" }`. */
export type CapturedOutput = JsonObject;

/** Outputs as they come, joined and replaced as a cell's are. */
export class CapturedOutputs {
  readonly #outputs: { readonly output: CapturedOutput; readonly displayId: Json | undefined }[] = [];
  #clears = false;

  /**
   * Takes an output.
   *
   * @returns false for what is shown elsewhere: messages of comms, and another value for what was displayed there
   */
  take({ type, content }: Output): boolean {
    switch (type) {
      case "clear_output":
        this.#clears = true;
        if (content.wait !== true) this.#clear();
        return true;
      case "stream":
        this.#clear();
        this.#print(content);
        return true;
      case "error":
        this.#clear();
        this.#outputs.push({ output: { output_type: type, ...content }, displayId: undefined });
        return true;
      case "display_data":
      case "execute_result":
        this.#clear();
        this.#outputs.push({ output: displayed(content), displayId: displayIdOf(content) });
        return true;
      case "update_display_data":
        return this.#replace(content);
      default:
        return false;
    }
  }

  get outputs(): readonly CapturedOutput[] {
    return this.#outputs.map(({ output }) => output);
  }

  #clear(): void {
    if (this.#clears) this.#outputs.length = 0;
    this.#clears = false;
  }

  #print(content: JsonObject): void {
    const last = this.#outputs.at(-1)?.output;
    if (last?.output_type !== "stream" || last.name !== content.name) {
      this.#outputs.push({ output: { output_type: "stream", ...content }, displayId: undefined });
      return;
    }
    const output = { ...last, text: `${last.text}${content.text}` };
    this.#outputs[this.#outputs.length - 1] = { output, displayId: undefined };
  }

  #replace(content: JsonObject): boolean {
    const displayId = displayIdOf(content);
    let found = false;
    for (const [at, known] of this.#outputs.entries()) {
      if (displayId === undefined || known.displayId !== displayId) continue;
      this.#outputs[at] = { output: displayed(content), displayId };
      found = true;
    }
    return found;
  }
}

function displayed({ data = {}, metadata = {} }: JsonObject): CapturedOutput {
  return { output_type: "display_data", data, metadata };
}

function displayIdOf({ transient }: JsonObject): Json | undefined {
  return (transient as JsonObject | undefined)?.display_id;
}

/** The texts of outputs below each other, and the last picture. */
export function outputsFallback(outputs: readonly CapturedOutput[]): Fallback {
  const bundles = outputs.map(({ data }) => (data ?? {}) as JsonObject);
  const texts = outputs.map(({ output_type, text, ename, evalue }, at) => {
    if (output_type === "stream") return String(text).replace(/\n$/, "");
    return output_type === "error" ? `${ename}: ${evalue}` : String(bundles[at]?.["text/plain"] ?? "");
  });
  const png = bundles.findLast((data) => typeof data["image/png"] === "string")?.["image/png"] as string | undefined;
  return { text: texts.filter((shown) => shown !== "").join("\n"), png };
}
