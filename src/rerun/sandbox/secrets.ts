/** @file What is hidden in a folder that is shown: files and folders that hold keys and passwords by their names, and ways out. */
import { closeSync, type Dirent, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { attempt } from "./processes.ts";

/** What editors and people add to the name of a copy. */
const COPY = "(?:\\.(?:bak|backup|old|orig|save|swp)|~)?";

/** Names of files and of folders. */
const SECRET = new RegExp(
  `^(?:${[
    // repositories, whose settings hold addresses with passwords
    "\\.git|\\.hg|\\.svn",
    "\\.env.*|.+\\.env|\\.Renviron(?:\\..*)?",
    // tools and their registries
    "\\.npmrc|\\.yarnrc.*|\\.pypirc|\\.netrc|_netrc|\\.git-credentials|\\.gitconfig|\\.condarc|\\.terraformrc|\\.dockercfg|\\.s3cfg|\\.boto",
    "\\.pgpass|\\.my\\.cnf|\\.mylogin\\.cnf|\\.htpasswd|\\.vault[-_]?(?:pass|token).*|\\.databrickscfg|\\.token|\\.cookies",
    // folders of such tools
    "\\.ssh|\\.aws|\\.azure|\\.gcloud|\\.kube|\\.docker|\\.gnupg|\\.config|\\.streamlit|\\.kaggle|\\.huggingface|\\.password-store|\\.pki|\\.vagrant|\\.chef",
    // what was typed
    "\\..*_history",
    // keys
    "id_(?:rsa|dsa|ecdsa|ed25519|xmss)(?:_sk)?",
  ].join("|")})${COPY}$`,
  "is",
);

/** Names of files alone: folders that are called so are often parts of programs. */
const SECRET_FILE = new RegExp(
  `^(?:${[
    ".+\\.(?:key|ppk|p12|pfx|p8|jks|keystore|kdbx?|ovpn|tfstate|tfvars|gpg|keychain|agekey)",
    ".+\\.(?:tfstate|tfvars)\\..*",
    "(?:credentials?|secrets?|passwords?|passwd)(?:\\.(?:json|ya?ml|toml|ini|csv|txt|xml|env|cfg|conf))?",
    "(?:kaggle|token|adc|application_default_credentials|service[-_]?account.*|client[-_]?secret.*)\\.json",
    "kubeconfig|rclone\\.conf|wp-config\\.php|logins\\.json|key[34]\\.db|cookies\\.sqlite|login\\.keyring",
  ].join("|")})${COPY}$`,
  "is",
);

/** Certificates have these names too: such a file is hidden when it holds a private key. */
const MAYBE_KEY = /\.(?:pem|crt|cer|asc)$/i;

/**
 * What must not be shown of a folder, at any depth: by its name, for a private key in it, or because it is a socket or a
 * pipe, through which even a folder that cannot be written to leads to whoever listens.
 *
 * @param folder a folder, under the path that it is shown by
 * @returns paths; of a link with such a name, the file in the folder that it leads to
 */
export function secretsIn(folder: string): string[] {
  const found = new Set<string>();
  const waiting = [folder];
  const real = realpathSync(folder);
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const current = place;
    // what we may not read, the notebook may not either
    for (const entry of attempt(() => readdirSync(current, { withFileTypes: true })) ?? []) {
      const path = join(current, entry.name);
      if (entry.isSymbolicLink()) {
        const target = isSecret(entry, path) ? attempt(() => realpathSync(path)) : undefined;
        if (target?.startsWith(real + sep)) found.add(join(folder, relative(real, target)));
      } else if (isSecret(entry, path)) found.add(path);
      else if (entry.isDirectory()) waiting.push(path);
    }
  }
  const paths = [...found].sort();
  return paths.filter((path) => !paths.some((other) => path.startsWith(other + sep)));
}

function isSecret(entry: Dirent, path: string): boolean {
  if (entry.isSocket() || entry.isFIFO() || SECRET.test(entry.name)) return true;
  if (entry.isDirectory()) return false;
  return SECRET_FILE.test(entry.name) || (MAYBE_KEY.test(entry.name) && holdsPrivateKey(path));
}

function holdsPrivateKey(path: string): boolean {
  const text = attempt(() => {
    if (!statSync(path).isFile()) return "";
    const file = openSync(path, "r");
    const bytes = Buffer.alloc(65_536);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
    return bytes.toString("latin1", 0, length);
  });
  return text?.includes("PRIVATE KEY") ?? false;
}
