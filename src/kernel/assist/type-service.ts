/** @file What TypeScript knows of the cell being typed: started when first asked, restarted once, absent after that. */
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { type LanguageServer, languageServerFile, startLanguageServer } from "./language-server.ts";
import { createLocalFiles } from "./local-files.ts";
import { type Position, toPosition } from "./positions.ts";
import { projectFiles } from "./project-files.ts";
import { createSessionFiles, DRAFT, DRAFT_HEADER_LINES, type Files } from "./session-files.ts";

/** An offered name, https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#completionItem. */
export interface OfferedItem {
  readonly label: string;
  readonly kind?: number;
  readonly sortText?: string;
  readonly insertText?: string;
  /** What is typed is compared with this: `.name` where the text is `?.name`. */
  readonly filterText?: string;
  readonly textEdit?: { readonly range: Range; readonly newText: string };
}

export interface SignatureHelp {
  readonly signatures: readonly {
    readonly label: string;
    readonly documentation?: Markup;
    readonly parameters?: readonly { readonly label: string; readonly documentation?: Markup }[];
    readonly activeParameter?: number;
  }[];
  readonly activeSignature?: number;
  readonly activeParameter?: number;
}

export interface Diagnostic {
  readonly code?: number;
  /** 1 is an error; above are warnings and hints. */
  readonly severity?: number;
  readonly message: string;
  /** In the cell's own lines. */
  readonly range: Range;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

interface Markup {
  readonly value: string;
}

/** Every answer is undefined when the service is absent or has no time. */
export interface TypeService {
  complete(code: string, offset: number): Promise<readonly OfferedItem[] | undefined>;
  /** What stands there, as Markdown. */
  hover(code: string, offset: number): Promise<string | undefined>;
  signatures(code: string, offset: number): Promise<SignatureHelp | undefined>;
  diagnostics(code: string): Promise<readonly Diagnostic[] | undefined>;
  /** Takes a cell that ran into the session. */
  add(code: string): void;
  /** Why there is no service, once. */
  takeNotice(): string | undefined;
}

/** Of https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#fileChangeType. */
const CHANGED = 2;

/** A service that ended may come back so often. */
const RESTARTS = 1;

/**
 * The service for one session; nothing is started before the first question.
 *
 * @param directory the notebook's folder, where its imports are looked up: an absolute path
 */
export function createTypeService(directory: string): TypeService {
  const session = createSessionFiles();
  const localFiles = createLocalFiles(directory);
  const folder = pathToFileURL(join(directory, sep)).href;
  let server: LanguageServer | undefined;
  let project: Files = new Map();
  let open = new Map<string, { readonly text: string; readonly version: number }>();
  let starts = 0;
  let notice: string | undefined;

  function running(): LanguageServer | undefined {
    if (server === undefined && starts <= RESTARTS) {
      starts++;
      open = new Map();
      try {
        const steps = projectFiles(directory, dirname(languageServerFile()));
        server = startLanguageServer(directory);
        void server.ended.then(ended);
        for (const files of steps) {
          synchronise(server, files);
          project = files;
        }
      } catch (error) {
        starts = RESTARTS + 1;
        notice = `types are not shown: ${(error as Error).message.split("\n")[0]} (hint: npm install @eightfold/kernel)`;
      }
    }
    return server;
  }

  function ended(): void {
    server = undefined;
    if (starts > RESTARTS) {
      notice =
        "types are not shown any more: the type service ended twice; completion goes on by live values (hint: restart the kernel)";
    }
  }

  /**
   * Tells the server what has changed since it was last told. A file is opened after one that imports it: one that nobody
   * imports would be a project of its own, with a library and memory of its own.
   */
  function synchronise({ notify }: LanguageServer, files: Files): void {
    for (const file of open.keys()) {
      if (files.has(file)) continue;
      open.delete(file);
      notify("textDocument/didClose", { textDocument: { uri: uriOf(file) } });
    }
    for (const [file, text] of files) {
      const known = open.get(file);
      if (known?.text === text) continue;
      const uri = uriOf(file);
      const version = (known?.version ?? 0) + 1;
      open.set(file, { text, version });
      if (known !== undefined) {
        notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
      } else {
        const languageId = file.endsWith(".json") ? "json" : "typescript";
        notify("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
      }
    }
  }

  function uriOf(file: string): string {
    return folder + file; // its name needs no escape
  }

  /** Asks about the cell being typed. */
  async function ask<Result>(method: string, code: string, offset?: number): Promise<Result | undefined> {
    const current = running();
    if (current === undefined) return undefined;
    const changes = localFiles.edited().map((path) => ({ uri: pathToFileURL(path).href, type: CHANGED }));
    if (changes.length > 0) current.notify("workspace/didChangeWatchedFiles", { changes });
    synchronise(current, new Map([...project, ...session.withDraft(code)]));
    const textDocument = { uri: uriOf(DRAFT) };
    if (offset === undefined) return (await current.request(method, { textDocument })) as Result | undefined;
    const { line, character } = toPosition(code, offset);
    const position = { line: line + DRAFT_HEADER_LINES, character };
    return ((await current.request(method, { textDocument, position })) ?? undefined) as Result | undefined;
  }

  return {
    async complete(code, offset) {
      const list = await ask<{ items: OfferedItem[] } | OfferedItem[]>("textDocument/completion", code, offset);
      const items = Array.isArray(list) ? list : list?.items;
      return items?.map((item) => (item.textEdit ? { ...item, textEdit: inCell(item.textEdit) } : item));
    },
    async hover(code, offset) {
      const found = await ask<{ contents: Markup }>("textDocument/hover", code, offset);
      return found?.contents.value;
    },
    signatures: (code, offset) => ask<SignatureHelp>("textDocument/signatureHelp", code, offset),
    async diagnostics(code) {
      const report = await ask<{ items: Diagnostic[] }>("textDocument/diagnostic", code);
      return report?.items.map(inCell).filter(({ range }) => range.start.line >= 0);
    },
    add(code) {
      const declares = session.add(code);
      localFiles.follow(code);
      if (server !== undefined && declares) void ask("textDocument/hover", "", 0); // it takes the cell in now, and not when asked
    },
    takeNotice() {
      const taken = notice;
      notice = undefined;
      return taken;
    },
  };
}

/** Moves a range from the draft's lines to the cell's. */
function inCell<Ranged extends { readonly range: Range }>(ranged: Ranged): Ranged {
  const move = ({ line, character }: Position): Position => ({ line: line - DRAFT_HEADER_LINES, character });
  return { ...ranged, range: { start: move(ranged.range.start), end: move(ranged.range.end) } };
}
