#!/bin/sh
# Has a development server that is up send webhooks, and verifies them with the public libraries of JavaScript and of Python, which
# needs its module venv.
#
#   tests/webhooks/run.sh [BASE_URL]
set -eu

base_url="${1:-http://127.0.0.1:8080}"
here="$(cd "$(dirname "$0")" && pwd)"
messages="$(mktemp)"
trap 'rm -f "$messages"' EXIT

if [ ! -d "$here/node_modules/standardwebhooks" ]; then
  npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund >&2
fi
node "$here/receive.mjs" "${base_url%/}" >"$messages"

python="$here/node_modules/.python/bin/python"
if [ ! -x "$python" ]; then
  python3 -m venv "$here/node_modules/.python"
  "$python" -m pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0
fi
"$python" "$here/verify.py" <"$messages"
