#!/usr/bin/env bash
# Runs every command of README.md, in its order, in a fresh clone; each must succeed.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
finish() {
    for region in "$work"/clone/region "$work"/clone/r1; do
        [ ! -d "$region" ] || (cd "$work/clone" && ./deploy/down --data "$region")
    done >/dev/null 2>&1
    rm -rf "$work"
}
trap finish EXIT

git clone -q "$root" "$work/clone" || { echo "not ok - a fresh clone" && exit 1; }
cd "$work/clone" || exit 1
sed -n '/^```sh$/,/^```$/p' README.md | grep -v '^```' >"$work/commands"
shopt -s expand_aliases
failures=0
while read -r line; do
    # In this shell, so that aliases and exports hold for the lines after.
    if eval "$line" >"$work/output" 2>&1 </dev/null; then
        echo "ok - README: $line"
    else
        echo "not ok - README: $line"
        tail -n 20 "$work/output" | sed 's/^/#   /'
        failures=$((failures + 1))
    fi
done <"$work/commands"
exit $((failures > 0))
