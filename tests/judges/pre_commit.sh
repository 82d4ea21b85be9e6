#!/usr/bin/env bash
# pre-commit itself runs this repository's hook: pre_commit.sh SCRATCH, with pre-commit on the path. It clones the repository, whose
# entry installs it from npm's registry; a commit with a cell that fails is refused, one without is not.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$1
export PRE_COMMIT_HOME=$scratch/pre-commit GIT_CONFIG_GLOBAL=/dev/null
mkdir -p "$scratch/project"
cd "$scratch/project"
git init -q .
notebook() {
  printf '{"nbformat":4,"nbformat_minor":5,"metadata":{"kernelspec":{"name":"eightfold","display_name":"e"}},"cells":[{"cell_type":"code","id":"a","metadata":{},"source":"%s","outputs":[],"execution_count":null}]}' "$1" >a.ipynb
  git add a.ipynb
}
try() {
  git -c safe.directory='*' -C "$root" rev-parse HEAD >"$scratch/revision"
  pre-commit try-repo "file://$root" eightfold --ref "$(cat "$scratch/revision")" --verbose >"$scratch/log" 2>&1
}
notebook '1 + 1'
try || { cat "$scratch/log"; exit 1; }
grep -q 'a.ipynb a ' "$scratch/log" || { cat "$scratch/log"; exit 1; } # it was run
notebook 'throw new Error(`wrong`)'
if try; then
  echo "a notebook that fails passed the hook"
  exit 1
fi
grep -q 'a.ipynb, cell 1 (a) failed: Error: wrong' "$scratch/log" || { cat "$scratch/log"; exit 1; }
echo "pre-commit let the good notebook through and held the bad one up"
