/** @file The site of `npm run docs`: pages in the order in which they are needed, then the API of every door of the packages. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Comment, Converter, OptionDefaults, ReflectionKind } from "typedoc";

const root = join(import.meta.dirname, "..", "..");

/** The TypeScript behind each door of a package, in the order of its exports. */
function doorsOf(name) {
  const { exports } = JSON.parse(readFileSync(join(root, "src", name, "package.json"), "utf8"));
  const files = Object.values(exports).map((door) => (typeof door === "string" ? door : (door.default ?? "")));
  const sources = files.map((file) => file.replace("./dist/", "./").replace(/\.js$/, ".ts"));
  sources.sort((one, other) => Number(one === "./index.ts") - Number(other === "./index.ts")); // it repeats what others open
  return sources.filter((file) => file.endsWith(".ts")).map((file) => join(root, "src", name, file));
}

/** A door's page begins with the head of its file, `@file`; a page is called what its first line says. */
function titles({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    const { project } = context;
    for (const door of project.getReflectionsByKind(ReflectionKind.Module)) {
      const text = context.getSymbolFromReflection(door)?.declarations?.[0]?.getSourceFile().text ?? "";
      const [, head = ""] = /^\/\*\* @file ([\s\S]*?)\*\//.exec(text) ?? [];
      door.comment = new Comment([{ kind: "text", text: head.replace(/^ \* ?/gm, "").trim() }]);
    }
    for (const page of project.getReflectionsByKind(ReflectionKind.Document)) {
      const [, title = page.name] = /^# (.+)\n/.exec(page.content[0]?.text ?? "") ?? [];
      page.name = title;
    }
  });
}

export default {
  plugin: [titles],
  name: "Eightfold",
  entryPoints: ["toolkit", "kernel", "rerun"].flatMap(doorsOf),
  tsconfig: join(root, "tsconfig.json"),
  basePath: join(root, "src"),
  readme: join(import.meta.dirname, "index.md"),
  projectDocuments: ["tutorials", "how-to", "explanation", "reference"].map((name) => join(import.meta.dirname, `${name}.md`)),
  out: join(root, "out", "docs"),
  blockTags: [...OptionDefaults.blockTags, "@file", "@source"],
  highlightLanguages: [...OptionDefaults.highlightLanguages, "python", "yaml", "sh"],
  sort: ["documents-first", "kind", "alphabetical-ignoring-documents"],
  sortEntryPoints: false,
  disableSources: true, // the repository has no public address that they could lead to
  skipErrorChecking: true, // npm run build is the judge of types
  validation: { invalidLink: true, invalidPath: true, notExported: false }, // a type of a signature may stay in its room
  treatWarningsAsErrors: true,
};
