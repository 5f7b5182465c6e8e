#!/bin/sh
# Has a development server that is up send webhooks, and verifies them with the public libraries of JavaScript and, where Python
# can make a virtual environment, of Python.
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
if [ ! -x "$python" ] && command -v python3 >/dev/null && python3 -c 'import ensurepip' 2>/dev/null; then
  python3 -m venv "$here/node_modules/.python"
  "$python" -m pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0
fi
if [ -x "$python" ]; then
  "$python" "$here/verify.py" <"$messages"
else
  echo "Python: skipped, it cannot make a virtual environment" >&2
fi
