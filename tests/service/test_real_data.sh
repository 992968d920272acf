#!/usr/bin/env bash
# England's registers as published: counts, rejects, and that a second import adds nothing.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
SHARED=$ROOT/../shared/data
[ -d "$SHARED" ] || { skip "imports of published data" "../shared/data is not here" && exit 0; }
start_region

nothing_behind() {
    [ "$(ccrag status --json | jq '[.. | .behind? // empty | tonumber] | add // 0')" -eq 0 ]
}

# imports KIND FILE: once, then again with nothing added.
imports() {
    local kind=$1 file=$SHARED/$2 name="import $1 $2"
    exits "$name" 0 ccrag import "$kind" "$file" --json
    local first=$output
    local position
    position=$(ccrag status --json | jq -c '[.. | objects | select(.service=="registry") | .position] | first')
    exits "$name, again" 0 ccrag import "$kind" "$file" --json
    is "$name, again: nothing added" "$position" \
        "$(ccrag status --json | jq -c '[.. | objects | select(.service=="registry") | .position] | first')"
    output=$first
}
imports postcodes postcodes_england_easting_northing_cpo2014.csv.gz
imports authorities ccrag_partner_las_DERIVED.csv
imports dfe-schools schools_special_dfe_spine_2017_18.csv
imports ofsted ofsted_provider_level_31mar2020.csv
imports ofsted ofsted_provider_level_31mar2023.csv
imports ofsted ofsted_provider_level_31mar2025.csv
exits "an older year fills history only" 0 ccrag import ofsted "$SHARED/ofsted_provider_level_31mar2023.csv" --json
exits "a home can be found by its URN" 0 ccrag provision show ofsted:SC009423 --json
eventually "matching has read it all" nothing_behind
exits "a search over the real homes" 0 ccrag match --postcode "SG13 8DQ" --age 12 --gender female --need SEMH \
    --kind childrens-home --within-km 60 --json
