#!/usr/bin/env bash
# A region from nothing by the command line: keys, start, records, a search, a feed, stop.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
DATA=$ROOT/tests/data

exits "without a region it says what to do" 66 ccrag status
has "and how" "ccrag up" "$output"

start_region
exits "status of a running region" 0 ccrag status --json
is "every service is ready" "true" "$(echo "$output" | jq '[.. | .ready? // empty] | all')"
is "keys are ours alone" "" "$(find "$CCRAG_REGION/keys" -type f ! -perm 600)"
exits "a second up changes nothing" 0 ccrag up --port "$PORT"

exits "authorities come in" 0 ccrag import authorities "$DATA/authorities.csv"
exits "an empty region finds nothing, and says so" 0 ccrag match --postcode "SG13 8DQ" --age 12 --gender female \
    --need SEMH --kind childrens-home --within-km 60 --json
is "no result" 0 "$(echo "$output" | jq '.results // [] | length')"
exits "a nonsense postcode is an error" 65 ccrag match --postcode "ZZ99 9ZZ" --age 12 --gender female --need SEMH
has "that names the field" "postcode" "$output"

exits "a file of homes comes in" 0 ccrag import ofsted "$DATA/ofsted.csv" --as-of 2025-03-31
journal() { ccrag status --json | jq -c '.services[] | select(.service == "registry") | .position'; }
before=$(journal)
exits "again" 0 ccrag import ofsted "$DATA/ofsted.csv" --as-of 2025-03-31
is "adds nothing, not even to the journal" "$before" "$(journal)"

# --- what is free, from a file ---------------------------------------------------------------------------------
home=$(ccrag provision list --json | jq -r '.provisions[0].id')
free() { ccrag provision show "$home" --json | jq -c '[.vacancies[0].free[]?.places]'; }
exits "a home's places" 0 ccrag place-group set "$home" --name "Main house" --places 4 --age-min 8 --age-max 17
exits "its provider says that one is free" 0 ccrag vacancy set "$home" --places 1
printf 'URN,PLACES,FROM,CONFIRMED_ON\n%s,3,2026-01-01,%s\n' "$home" "$(date -d '3 days ago' +%F)" >"$WORK/old.csv"
exits "a file of what was said before" 0 ccrag import vacancies "$WORK/old.csv" --json
is "is history" '{"changed":0,"history":1}' "$(jq -c '{changed, history}' <<<"$output")"
is "and takes nothing of what was said since away" "[1]" "$(free)"
sed "s/$(date -d '3 days ago' +%F)/$(date +%F)/" "$WORK/old.csv" >"$WORK/new.csv"
exits "one of today" 0 ccrag import vacancies "$WORK/new.csv"
is "counts" "[3]" "$(free)"
confirmed() { ccrag provision show "$home" --json | jq -r '[.vacancies[].confirmedAtMs | tonumber / 1000 | todate[:10]] | unique | join(" ")'; }
exits "other places there" 0 ccrag place-group set "$home" --name "Annexe" --places 2 --age-min 8 --age-max 17
printf 'URN,PLACE_GROUP,PLACES,FROM,CONFIRMED_ON\n%s,Annexe,2,2026-01-01,%s\n' "$home" "$(date -d '60 days ago' +%F)" >"$WORK/long.csv"
exits "a file of long ago about places of which nothing is known" 0 ccrag import vacancies "$WORK/long.csv" --json
is "counts from the day that it states" "$(date -d '60 days ago' +%F) $(date +%F)" "$(confirmed)"
sed "s/$(date -d '60 days ago' +%F)/$(date -d tomorrow +%F)/" "$WORK/long.csv" >"$WORK/ahead.csv"
exits "one of tomorrow does not" 65 ccrag import vacancies "$WORK/ahead.csv"
has "and it says where" "CONFIRMED_ON" "$output"

exits "the feed prints JSON lines" 0 ccrag follow registry --count 3
is "three of them" 3 "$(echo "$output" | grep -c '^{')"

# --- who may search (rule R1) -----------------------------------------------------------------------------------
exits "a node of Luton is in the roster" 0 ccrag roster add node-luton --role node --authority E06000032
cp -r "$CCRAG_REGION" "$WORK/luton"
cp "$CCRAG_REGION/keys/node-luton.curve" "$WORK/luton/keys/operator.curve"
node_finds() { ccrag --region "$WORK/luton" match --postcode "SG13 8DQ" --age 12 --gender female --need SEMH --json; }
eventually "a member's node searches" node_finds
exits "Luton leaves" 0 ccrag authority leave E06000032 --reason "It goes alone"
node_is_refused() {
    node_finds
    [ $? -eq 77 ]
}
eventually "a node of an LA that left is refused by the search too" node_is_refused
has "as by the registry" "only an active member sees what members share" "$(node_finds 2>&1)"

# --- a newer register: one home is gone, one row is wrong, and one names nothing that can be read ----------------
status_of() { ccrag provision show "$1" --json | jq -r '.provision.status'; }
sed -e '/,SC900008,/d' -e '/,2500006,/s/Supported Accommodation,/,/' "$DATA/ofsted.csv" >"$WORK/newer.csv"
exits "a newer list comes in" 0 ccrag import ofsted "$WORK/newer.csv" --as-of 2025-06-30 --json
is "and closes nothing while a row cannot be read" 0 "$(jq .closed <<<"$output")"
has "which it says" "nothing is closed, though 1 are named no more" "$output"
sed '/25X0010/d' "$WORK/newer.csv" >"$WORK/mended.csv"
exits "mended it comes in again" 0 ccrag import ofsted "$WORK/mended.csv" --as-of 2025-06-30 --json
is "and closes the home that is gone" '{"closed":1,"gone":"REGISTRATION_STATUS_CLOSED"}' \
    "$(jq -c --arg gone "$(status_of ofsted:SC900008)" '{closed, $gone}' <<<"$output")"
is "not the one whose row is wrong" REGISTRATION_STATUS_ACTIVE "$(status_of ofsted:2500006)"

exits "another region is made" 0 ccrag --region "$WORK/other" roster init
mv "$CCRAG_REGION/keys/operator.curve" "$WORK/operator.curve"
cp -p "$WORK/other/keys/operator.curve" "$CCRAG_REGION/keys/"
exits "a key that the roster does not know is refused" 77 ccrag provision list
has "and it says how to be known" "ccrag roster add" "$output"
mv "$WORK/operator.curve" "$CCRAG_REGION/keys/operator.curve"

exits "down" 0 ccrag down
mv "$CCRAG_REGION/run" "$WORK/run"
touch "$CCRAG_REGION/run"
exits "where run/ cannot be written nothing is started" 73 ccrag up
has "and it says what cannot be written" "$CCRAG_REGION/run/" "$output"
is "and no process is left" "" "$(pgrep -f -- "--region $CCRAG_REGION")"
rm "$CCRAG_REGION/run"
mv "$WORK/run" "$CCRAG_REGION/run"
mkdir "$CCRAG_REGION/run/registry.pid" # which cannot be written for a while
(sleep 3 && rmdir "$CCRAG_REGION/run/registry.pid") &
exits "a service that cannot say at first that it is ready says so later" 0 ccrag up
exits "down again" 0 ccrag down
exits "a stopped region says so" 69 ccrag provision list
has "and what to do" "ccrag up" "$output"
