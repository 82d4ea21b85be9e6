/** @file Prints that come together leave together: one stream message for many lines. */

/** A message of this many characters leaves without waiting for more. */
const LONG = 16_384;

export interface TextBuffer {
  /** From now on text is this cell's and this stream's. */
  setWriter(cell: string, name: "stdout" | "stderr"): void;
  add(text: string): void;
  /** Publishes what has gathered; called before anything else of a cell is published. */
  flush(): void;
}

/**
 * A buffer that empties itself when the event loop has read all that is there.
 *
 * @param publish sends the text of one stream of one cell
 */
export function createTextBuffer(publish: (cell: string, name: "stdout" | "stderr", text: string) => void): TextBuffer {
  let writer: { readonly cell: string; readonly name: "stdout" | "stderr" } | undefined;
  let text = "";
  let scheduled = false;

  function flush(): void {
    if (text === "" || writer === undefined) return;
    publish(writer.cell, writer.name, text);
    text = "";
  }

  return {
    setWriter(cell, name) {
      flush();
      writer = { cell, name };
    },
    add(more) {
      text += more;
      if (text.length >= LONG) flush();
      else if (!scheduled) {
        scheduled = true;
        setImmediate(() => {
          scheduled = false;
          flush();
        });
      }
    },
    flush,
  };
}
