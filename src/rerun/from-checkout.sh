#!/bin/sh
# The command of a checkout of this repository that nobody installed yet, as GitHub's runners and pre-commit have it.
set -eu
checkout=$(cd "$(dirname "$0")/../.." && pwd)
if [ ! -d "$checkout/node_modules" ]; then
  log=$(mktemp)
  if ! (cd "$checkout" && npm ci --no-audit --no-fund) >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "eightfold: npm ci failed in $checkout (hint: Node >= 20.19 and npm's registry are needed)" >&2
    exit 2
  fi
  rm -f "$log"
fi
exec node "$checkout/src/rerun/eightfold.mjs" "$@"
