#!/usr/bin/env bash
# Backups of a running region, restores of one service and of all, what stays erased, and an audit log that was altered.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

LA=E10000015
search() {
    ccrag match --postcode "SG13 8DQ" --age 12 --gender female --need SEMH --kind childrens-home --within-km 200 --json |
        jq -c '[.results[] | [.provisionId, .placeGroupId, .mark]]'
}
position() { ccrag status --json | jq -r --arg s "$1" ".services[] | select(.service == \$s) | .position.$2"; }
followed() { ccrag status --json | jq -r ".services[] | select(.service == \"matching\") | .follows[0].position.$1"; }
caught_up() { [ "$(followed epoch)" = "$(position registry epoch)" ] && ccrag status; }
uuid_of() { ccrag placement show "$1" --la $LA --json | jq -r .placement.id; }
providers() { ccrag provider list --json | jq -r '.providers[].name' | grep '^load ' | sort; }

start_region
exits "a small demonstration" 0 ccrag demo --provisions 200 --placements 300
home=$(ccrag provision list --kind childrens-home --size 1 --json | jq -r '.provisions[0].id')
for reference in CASE-1 CASE-2; do
    exits "a placement that has ended" 0 ccrag placement add $reference --la $LA --at "$home" --start 2024-01-08 \
        --end 2024-03-29
done
erased=$(uuid_of CASE-1)
answer=$(search)
is "a search finds places" true "$(echo "$answer" | jq 'length > 0')"

# --- a backup while it is written to -----------------------------------------------------------------------
load() {
    local i
    for i in $(seq 1000); do
        [ ! -e "$WORK/stop" ] || break
        ccrag call ProvidersService/UpdateProvider "{\"provider\": {\"name\": \"load $i\"}}" >/dev/null 2>&1 &&
            echo "load $i" >>"$WORK/acknowledged"
    done
}
load &
loading=$!
eventually "it is written to" test -s "$WORK/acknowledged"
promised=$(sort "$WORK/acknowledged")
exits "a backup of a region under load" 0 ccrag backup --to "$WORK/b1"
lasting=$(position registry sequence)
later() { [ "$(position registry sequence)" -gt "$lasting" ]; }
eventually "which goes on meanwhile" later
touch "$WORK/stop"
wait "$loading"

manifest=$WORK/b1/registry/manifest.json
is "the manifest knows the file" "$(jq -r .digest "$manifest" | base64 -d | od -An -tx1 | tr -d ' \n')" \
    "$(b2sum -l 256 "$WORK/b1/registry/data.mdb" | cut -d' ' -f1)"
is "it is sealed as it lies" 0 "$(grep -c "CASE-2" "$WORK/b1/registry/data.mdb")"
is "for its owner alone" "" "$(find "$WORK/b1" -name data.mdb ! -perm 600)"
is "nothing is left in the region's folder" "" "$(find "$CCRAG_REGION/backup" -type f)"
exits "a backup is not written over" 65 ccrag backup --to "$WORK/b1"
exits "one service alone, as JSON" 0 ccrag backup registry --to "$WORK/b2" --json
is "says what it is" registry "$(echo "$output" | jq -r '.backups[].service')"

# --- erased after the backup -------------------------------------------------------------------------------
exits "the placement has a past" 0 ccrag history placement CASE-1 --la $LA
has "that begins when it was recorded" recorded "$output"
exits "a placement is erased" 0 ccrag erase placement CASE-1 --la $LA
exits "and is gone" 66 ccrag placement show CASE-1 --la $LA
is "its name is in the list beside the store" true "$([ -s "$CCRAG_REGION/store/registry.erased" ] && echo true)"
exits "the list does not say whose" 1 grep -q "CASE-1" "$CCRAG_REGION/store/registry.erased"

# --- one service is restored -------------------------------------------------------------------------------
exits "a service that runs is not restored" 69 ccrag restore registry --from "$WORK/b1"
has "and what to do" "ccrag down" "$output"
ended=$(position registry sequence)
ccrag down >/dev/null
stores() { (cd "$CCRAG_REGION/store" && echo *); }
before=$(stores)
cp -r "$WORK/b1" "$WORK/bad"
printf 'x' | dd of="$WORK/bad/registry/data.mdb" bs=1 seek=9000 conv=notrunc 2>/dev/null
exits "a damaged backup is refused" 74 ccrag restore --from "$WORK/bad"
truncate -s -4096 "$WORK/bad/registry/data.mdb"
exits "one cut short too" 74 ccrag restore --from "$WORK/bad"
rm "$WORK/bad/registry/manifest.json"
exits "one without a manifest is none" 66 ccrag restore registry --from "$WORK/bad"
is "and nothing was touched" "$before" "$(stores)"

exits "the registry alone is restored" 0 ccrag restore registry --from "$WORK/b1" --json
is "what it lacks is counted" "$((ended - $(jq -r .position.sequence "$manifest")))" "$(echo "$output" | jq '.restored[0].missing')"
is "the store that it replaces is kept" 1 "$(find "$CCRAG_REGION/store" -maxdepth 1 -name 'registry.before-*' | wc -l)"
exits "the region starts on it" 0 ccrag up
eventually "matching reads the registry's new epoch" caught_up
is "which is another one" true "$([ "$(position registry epoch)" != "$(jq -r .position.epoch "$manifest")" ] && echo true)"
is "the same search has the same answer" "$answer" "$(search)"
is "what was promised before the backup is there" "$promised" "$(comm -12 <(echo "$promised") <(providers))"
exits "what was erased since is erased" 66 ccrag placement show "$erased" --la $LA
is "and has no past" 0 "$(ccrag history placement "$erased" --json | jq '[.entries[] | select(.content)] | length')"
# An LA's file may have it for long yet.
printf 'LA,REFERENCE,URN,DECOM,DEC\n%s,CASE-1,%s,2024-01-08,2024-03-29\n' $LA "$home" >"$WORK/file.csv"
exits "a file that still has it alone" 65 ccrag import placements "$WORK/file.csv" --la $LA
has "does not bring it back" "erased" "$output"
exits "nor does the LA by hand" 65 ccrag placement add CASE-1 --la $LA --at "$home" --start 2024-01-08 --end 2024-03-29
exits "its neighbour is there" 0 ccrag placement show CASE-2 --la $LA
has "status says what cannot be put right" "restored on" "$(ccrag status)"
has "the log says that it was restored" restored "$(ccrag audit show --size 20)"
has "and what was erased again" erased-again "$(ccrag audit show --size 20)"
exits "a new write" 0 ccrag call ProvidersService/UpdateProvider '{"provider": {"name": "after"}}'

# --- all of them -------------------------------------------------------------------------------------------
ccrag down >/dev/null
exits "all services are restored" 0 ccrag restore --from "$WORK/b1"
exits "and start" 0 ccrag up
eventually "matching follows the epoch after that" caught_up
is "the same search still has the same answer" "$answer" "$(search)"
exits "what was erased is erased still" 66 ccrag placement show "$erased" --la $LA

# --- on another machine: keys, region.conf, region.pub, roster, the lists of destroyed keys, a backup; no more ---------
ccrag down >/dev/null
mkdir -p "$WORK/host/store"
cp -r "$CCRAG_REGION"/{keys,region.conf,region.pub,roster} "$WORK/host/"
cp "$CCRAG_REGION"/store/*.erased "$WORK/host/store/"
there=$CCRAG_REGION
export CCRAG_REGION=$WORK/host
exits "all services are restored there" 0 ccrag restore --from "$WORK/b1"
exits "and start there" 0 ccrag up
eventually "matching reads the registry there" caught_up
is "the same search has the same answer there" "$answer" "$(search)"
exits "what was erased is erased there" 66 ccrag placement show "$erased" --la $LA
ccrag down >/dev/null
rm -r "$WORK/host/store" "$WORK/host/run"
exits "without a backup the services begin empty" 0 ccrag up
ccrag down >/dev/null
export CCRAG_REGION=$there
exits "the region starts again" 0 ccrag up

# --- the audit log -----------------------------------------------------------------------------------------
exits "the logs hold" 0 ccrag audit verify
has "and say how long they are" "each following from the one before" "$output"
ccrag down >/dev/null
exits "somebody changes a byte of a line" 0 "$BUILD/tests/service/flip" "$CCRAG_REGION/store/registry" 7
ccrag up >/dev/null
exits "it is found" 74 ccrag audit verify registry
has "and named" "line 7 " "$output"
is "as JSON too" 7 "$(ccrag audit verify --json 2>/dev/null | jq -r '.services[] | select(.service == "registry") | .badLine')"
exits "the others hold" 0 ccrag audit verify matching
