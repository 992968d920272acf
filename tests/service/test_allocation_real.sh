#!/usr/bin/env bash
# A proposal over England's registers as published, with generated placements, against brute force: every distance by
# haversine in jq, from the registry's own lists (rules A1, A2, A4).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
SHARED=$ROOT/../shared/data
[ -d "$SHARED" ] || { skip "a proposal over published data" "../shared/data is not here" && exit 0; }
start_region
exits "postcodes" 0 ccrag import postcodes "$SHARED/postcodes_england_easting_northing_cpo2014.csv.gz" --json
exits "authorities" 0 ccrag import authorities "$SHARED/ccrag_partner_las_DERIVED.csv" --json
exits "schools" 0 ccrag import dfe-schools "$SHARED/schools_special_dfe_spine_2017_18.csv" --json
exits "homes" 0 ccrag import ofsted "$SHARED/ofsted_provider_level_31mar2025.csv" --json

ccrag authority list --json >"$WORK/authorities.json"
ccrag provision list --json >"$WORK/provisions.json"
# One to four LAs for every second provision, as numbers that only look random; also some that are out of scope.
jq -r --slurpfile all "$WORK/authorities.json" '
    [$all[0].authorities[] | select(.state == "MEMBERSHIP_STATE_ACTIVE") | .id] as $las | "REFERENCE,URN,DECOM,LA",
    (.provisions | to_entries[] | select(.key % 2 == 0 and .value.status != "REGISTRATION_STATUS_CLOSED") | .key as $n |
        .value.id as $id | range(1 + ($n * 7919 % 4)) | [($n * 31 + . * . * 17 + . * 5 + ($n / 16 | floor)) % ($las | length), $id]
        | "R\(.[1][24:36])-\(.[0]),\(.[1]),2025-01-06,\($las[.[0]])")
' "$WORK/provisions.json" | awk -F, '!seen[$2 $4]++' >"$WORK/placements.csv"
exits "placements are imported" 0 ccrag import placements "$WORK/placements.csv" --json
exits "a cycle is opened" 0 ccrag allocation cycle open --json
exits "a proposal is made" 0 ccrag allocation propose --json
ccrag allocation proposal --json >"$WORK/proposal.json"

tail -n +2 "$WORK/placements.csv" | jq -R -s --slurpfile authorities "$WORK/authorities.json" \
    --slurpfile provisions "$WORK/provisions.json" --slurpfile proposal "$WORK/proposal.json" '
    def rad: . * 1e-7 * 0.017453292519943295;
    def metres($a; $b): ((($b.latitudeE7 - $a.latitudeE7) | rad) / 2 | sin) as $y |
        ((($b.longitudeE7 - $a.longitudeE7) | rad) / 2 | sin) as $x |
        2 * 6371008.8 * ($y * $y + ($a.latitudeE7 | rad | cos) * ($b.latitudeE7 | rad | cos) * $x * $x | sqrt | asin);
    ["INDEPENDENT_SPECIAL_SCHOOL", "NON_MAINTAINED_SPECIAL_SCHOOL", "CHILDRENS_HOME", "DUAL_REGISTERED",
        "SECURE_CHILDRENS_HOME"] as $scope |
    ($authorities[0].authorities | map({(.id): .headOffice}) | add) as $office |
    ($provisions[0].provisions | map({(.id): .}) | add) as $provision |
    ($proposal[0].allocations | map({(.provisionId): .}) | add) as $row |
    [split("\n")[] | select(. != "") | split(",") | {id: .[1], la: .[3]}] | group_by(.id) |
    map(.[0].id as $id | $provision[$id] as $p | [.[].la] | unique |
        select(($p.kind | ltrimstr("PROVISION_KIND_")) as $kind | $scope | index($kind)) |
        select($p.status | . != "REGISTRATION_STATUS_CLOSED" and . != "REGISTRATION_STATUS_PROPOSED") |
        {id: $id, sole: (length == 1), las: (if length == 1 then [{la: .[0], metres: 0}] else
            [.[] | {la: ., metres: metres($office[.]; $p.position)}] | sort_by(.metres) end)}) |
    # To the metre as close: rule A3 decides, which the unit tests check.
    {expected: length, found: ($row | length), ties: (map(select(.sole | not) |
        select(.las[1].metres - .las[0].metres < 1)) | length),
     wrong: [.[] | select(.sole or .las[1].metres - .las[0].metres >= 1) |
        select($row[.id].authorityId != .las[0].la or
            $row[.id].standing != (if .sole then "ALLOCATION_STANDING_SOLE" else "ALLOCATION_STANDING_LINK" end) or
            ((.sole | not) and (($row[.id].distanceMetres // 0) - .las[0].metres | fabs) > 1))]}
' >"$WORK/check.json"
sed 's/^/# /' <<<"$(jq -c '{expected, found, ties, wrong: (.wrong | length)}' "$WORK/check.json")"
is "as many provisions as brute force finds in scope" "$(jq .expected "$WORK/check.json")" \
    "$(jq .found "$WORK/check.json")"
is "there are over a thousand" true "$(jq '.expected > 1000' "$WORK/check.json")"
is "each has the LA that brute force finds closest, or its only one" '[]' "$(jq -c '.wrong[:3]' "$WORK/check.json")"
is "hardly any is a tie" true "$(jq '.ties < 50' "$WORK/check.json")"
