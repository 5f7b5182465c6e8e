#!/bin/sh
# Plays the Postman collection of a development server that is up, twice in a row on the same database.
# The collection and its environment come from the server itself: /postman.json and /postman-environment.json.
#
#   tests/postman/run.sh [BASE_URL]
set -eu

base_url="${1:-${BASE_URL:-http://127.0.0.1:8080}}"
base_url="${base_url%/}"
here="$(cd "$(dirname "$0")" && pwd)"
newman="$here/node_modules/.bin/newman"

if [ ! -x "$newman" ]; then
  npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund >&2
fi

for turn in first second; do
  echo "The $turn run against $base_url"
  "$newman" run "$base_url/postman.json" \
    --environment "$base_url/postman-environment.json" \
    --env-var "base_url=$base_url" \
    --timeout-request 20000 \
    --reporters cli \
    --reporter-cli-no-banner \
    --reporter-cli-no-console \
    --reporter-cli-no-success-assertions
done
