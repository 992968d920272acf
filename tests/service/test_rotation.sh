#!/usr/bin/env bash
# Keys rotate under load and no request fails: a service's, a worker's, the gateway's; the revoker removes.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
start_region

# load NAME TARGET: begins to call; `loads_end` ends all and shows what they counted.
loads=()
load() {
    "$BUILD/tests/service/load" "$CCRAG_REGION" "$1" "$2" "$WORK/stop" >"$WORK/load-$1-$2" 2>"$WORK/load-$1-$2.log" &
    loads+=($!)
}
loads_end() {
    touch "$WORK/stop"
    local pid file
    for pid in "${loads[@]}"; do wait "$pid" || not_ok "a load ended well"; done
    for file in "$WORK"/load-*-*[a-z]; do
        case $file in *.log) ;; *) cat "$file" ;; esac
    done
    rm -f "$WORK"/load-* "$WORK/stop"
    loads=()
}
# logged NAME EVENT: how often a program of the region said so
logged() { grep -c "event=$2" "$CCRAG_REGION/log/$1.log" 2>/dev/null; }
took() { [ "$(logged "$1" key-taken)" -ge "$2" ]; }
keys_of() { ccrag roster show --json | jq --arg name "$1" '.entries[] | select(.name == $name) | .curveKeys | length'; }
serial_now() { ccrag roster show --json | jq -r .serial; }
rotate() {
    exits "$1: a second key" 0 ccrag roster rotate "$1"
    is "$1: the roster has both" 2 "$(keys_of "$1")"
}
finish_rotating() {
    exits "$1: the old key is dropped" 0 ccrag roster rotate "$1" --finish
    is "$1: the roster has one" 1 "$(keys_of "$1")"
    sleep 1
}

# --- a service's key ------------------------------------------------------------------------------------
load operator registry
sleep 1
for turn in 1 2; do
    before=$(sha256sum <"$CCRAG_REGION/keys/registry.curve")
    rotate registry
    [ "$before" != "$(sha256sum <"$CCRAG_REGION/keys/registry.curve")" ]
    is "registry: another secret ($turn)" 0 $?
    eventually "registry: it takes the key without a restart ($turn)" took registry "$turn"
    exits "registry: who comes now is served ($turn)" 0 ccrag status
    finish_rotating registry
    exits "registry: and under the new key alone ($turn)" 0 ccrag status
done
loads_end

# --- the gateway's and the operator's -------------------------------------------------------------------
load gateway registry
sleep 1
rotate gateway
sleep 1
is "gateway: it takes the key" 1 "$(grep -c event=key-taken "$WORK/load-gateway-registry.log")"
finish_rotating gateway
loads_end
rotate operator
exits "operator: the command line goes on" 0 ccrag status
finish_rotating operator
exits "operator: and under the new key alone" 0 ccrag status

# --- a worker's, and the dispatcher's -------------------------------------------------------------------
kill -TERM "$(cat "$CCRAG_REGION/run/matching.pid")"
eventually "the region's own matching stops" test ! -e "$CCRAG_REGION/run/matching.pid"
pids=()
ccrag-matching --region "$CCRAG_REGION" --dispatcher 2>>"$CCRAG_REGION/log/matching.log" &
pids+=($!)
ccrag-matching --region "$CCRAG_REGION" --worker --instance one 2>>"$CCRAG_REGION/log/worker-pool.log" &
pids+=($!)
eventually "a dispatcher and a worker: searches are answered" ccrag match --postcode "SG13 8DQ" --age 12
exits "a node of an LA that is no member joins the roster" 0 ccrag roster add north --role node --authority E10000015
cp -r "$CCRAG_REGION" "$WORK/north"
cp "$CCRAG_REGION/keys/north.curve" "$WORK/north/keys/operator.curve"
refused_elsewhere() { [[ $(ccrag --region "$WORK/north" match --postcode "SG13 8DQ" --age 12 2>&1) == *"only an active member"* ]]; }
eventually "a worker elsewhere refuses it too" refused_elsewhere
taken=$(logged matching key-taken)
load operator matching
sleep 1
rotate worker-pool
eventually "worker: it takes the key" took worker-pool 1
finish_rotating worker-pool
exits "worker: it still searches under the new key alone" 0 ccrag match --postcode "SG13 8DQ" --age 12
rotate matching
eventually "dispatcher: it takes the key" took matching $((taken + 1))
finish_rotating matching
exits "dispatcher: the worker has found it again" 0 ccrag match --postcode "SG13 8DQ" --age 12
loads_end
kill -TERM "${pids[@]}"
wait "${pids[@]}"
exits "the region runs as before" 0 ccrag up

# --- the revoker ----------------------------------------------------------------------------------------
cp "$CCRAG_REGION/roster" "$WORK/before"
mkdir "$WORK/safe"
mv "$CCRAG_REGION/keys/region.sign" "$WORK/safe/"
exits "without the offline key nothing is added" 66 ccrag roster add east --role node --authority E10000015
exits "nobody unknown is revoked" 66 ccrag roster revoke nobody
serial=$(serial_now)
read_before=$(logged registry roster-read)
exits "but the revoker's key removes" 0 ccrag roster revoke gateway
has "the revoked one is not in the roster" "0" "$(ccrag roster show | grep -c '^gateway')"
is "whose serial is the same" "$serial" "$(serial_now)"
# read_more EVENT N: the registry has said so more than N times
read_more() { [ "$(logged registry "$1")" -gt "$2" ]; }
eventually "the registry reads it" read_more roster-read "$read_before"
"$BUILD/tests/service/load" "$CCRAG_REGION" gateway registry "$WORK/stop" >/dev/null 2>"$WORK/refused"
has "the revoked one does not start" "no entry with the key of gateway" "$(cat "$WORK/refused")"

refused_before=$(logged registry roster-refused)
cp "$WORK/before" "$CCRAG_REGION/roster"
eventually "the roster from before is refused" read_more roster-refused "$refused_before"
"$BUILD/tests/service/network" "$CCRAG_REGION" refused gateway
ccrag down >/dev/null
exits "after a restart too" 69 ccrag up --port "$PORT"
has "which says so" "old copy" "$output"

# With the offline key again: what was revoked stays out.
ccrag down >/dev/null
mv "$WORK/safe/region.sign" "$CCRAG_REGION/keys/"
exits "signed anew, over the old copy" 0 ccrag roster remove gateway
exits "the region starts" 0 ccrag up --port "$PORT"
exits "east joins" 0 ccrag roster add east --role node --authority E10000015
exits "and is revoked" 0 ccrag roster revoke east
exits "west joins" 0 ccrag roster add west --role node --authority E10000015
is "which does not bring east back" "0 1" "$(ccrag roster show | grep -c '^east') $(ccrag roster show | grep -c '^west')"
exits "a new revoker" 0 ccrag roster rotate revoker
exits "revokes too" 0 ccrag roster revoke west
eventually "the region is still ready" ccrag status
