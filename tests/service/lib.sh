# shellcheck shell=bash
# A region of real processes for one test, in a folder of its own, stopped and removed at the end.
set -uo pipefail

BUILD=${BUILD:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build-asan}
export ROOT
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PATH=$BUILD/bin:$PATH
WORK=$(mktemp -d)
export CCRAG_REGION=$WORK/region XDG_STATE_HOME=$WORK/state
# Regions of tests that run at the same time do not meet: each has ports of its own.
PORT=$((10000 + RANDOM % 20000))
failures=0 output=

finish() {
    ccrag down >/dev/null 2>&1
    # What a service wrote when it crashed is what one wants to see.
    if [ "$failures" -gt 0 ]; then
        tail -n 15 "$CCRAG_REGION"/log/*.log 2>/dev/null | sed 's/^/# /'
    fi
    rm -rf "$WORK"
}
trap finish EXIT

ok() { echo "ok - $1"; }
not_ok() {
    failures=$((failures + 1))
    echo "not ok - $1"
    [ $# -lt 2 ] || printf '%s\n' "$2" | head -n 30 | sed 's/^/#   /'
}
skip() { echo "ok - $1 # SKIP $2"; }

# is NAME EXPECTED ACTUAL
is() {
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected: $2
got: $3"; fi
}
# has NAME PART TEXT: the text contains the part.
has() {
    case $3 in
    *"$2"*) ok "$1" ;;
    *) not_ok "$1" "looked for: $2
in: $3" ;;
    esac
}
# exits NAME STATUS COMMAND…: runs it, checks its exit status; what it printed is in $output.
exits() {
    local name=$1 want=$2 status
    shift 2
    output=$("$@" 2>&1 </dev/null)
    status=$?
    if [ "$status" -eq "$want" ]; then ok "$name"; else not_ok "$name" "exit status $status, wanted $want: $*
$output"; fi
}
# Waits until a command succeeds, at most 20 s.
eventually() {
    local name=$1 i
    shift
    for i in $(seq 200); do
        "$@" >/dev/null 2>&1 && ok "$name" && return
        sleep 0.1
    done
    not_ok "$name" "never: $* (tried $i times)"
}
start_region() {
    local output
    output=$(ccrag up --port "$PORT" 2>&1) || {
        not_ok "the region starts" "$output"
        exit 1
    }
    ok "the region starts"
}
