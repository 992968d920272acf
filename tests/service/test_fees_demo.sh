#!/usr/bin/env bash
# The demonstration's fees: a cycle under way and the one before, closed.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

fees() { ccrag fees "$@"; }

start_region
exits "a demonstration with a fee cycle under way" 0 ccrag demo --provisions 400 --seed 2
has "and it says so" "fees progress" "$output"
exits "progress, with nothing else said" 0 fees progress --json
is "applications, consultations, reports, decisions, letters, something late" true "$(echo "$output" | jq '.total |
    .applications > 5 and .consulting > 0 and .reports == 2 and .decisions > 2 and .lettersSent > 5 and .lettersDue > 0 and .late > 0')"
is "two cycles, one of them closed" '["FEE_CYCLE_STATE_CLOSED","FEE_CYCLE_STATE_OPEN"]' "$(fees cycle list --json | jq -c '[.cycles[].state]')"
is "each record says that it is generated" true "$(fees lead show --json | jq '[.consultations[].meta.generated] | all')"
draft=$(fees apply list --state draft --json | jq -r '.applications[0].id')
exits "one cannot be submitted" 65 fees apply submit "$draft"
has "for some pence" "£0.07" "$output"
told=$(fees lead show --state reported --json | jq -r '.consultations[0].provisionId')
is "a provision has a history of two years" 2 "$(fees history "$told" --json | jq '.years | length')"
exits "what it was worth" 0 fees worth
has "in all" "In all" "$output"
exits "its benchmarks" 0 fees benchmark "$told"
has "say whose group it is" "the provision asked about" "$output"
