#!/usr/bin/env bash
# A hostile network: crowds of strangers, vanished peers, endless messages, keys that are wrong, removed, old.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
network=("$BUILD/tests/service/network" "$CCRAG_REGION")
start_region
logged() { grep -q "event=$1" <(tail -n 5 "$CCRAG_REGION/log/registry.log"); }

exits "a pool joins" 0 ccrag roster add pool --role worker
exits "and one who watches" 0 ccrag roster add watcher --role operator
eventually "the registry knows them" logged roster-read
sleep 1
"${network[@]}" attack pool

for service in allocation fees monitoring matching; do
    "${network[@]}" brief pool "$service"
done

# Removed in mid-stream, and a copy of the roster from before put back.
cp "$CCRAG_REGION/roster" "$WORK/before"
"${network[@]}" revoke watcher
cp "$CCRAG_REGION/roster" "$WORK/after"
cp "$WORK/before" "$CCRAG_REGION/roster"
eventually "an old roster is refused" logged roster-refused
"${network[@]}" refused watcher
ccrag down >/dev/null
exits "a start with the old roster is refused" 69 ccrag up --port "$PORT"
has "which says why" "old copy" "$output"
ccrag down >/dev/null
cp "$WORK/after" "$CCRAG_REGION/roster"
exits "with the newer it starts" 0 ccrag up --port "$PORT"
"${network[@]}" refused watcher
eventually "the region is ready" ccrag status
