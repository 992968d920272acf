#!/usr/bin/env bash
# Allocation with real processes: propose, compare, publish; a link LA that places nowhere there any more; a transfer;
# the balanced proposal; savings; all of it there again after a restart.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

call() { ccrag call "$1" "${2:-{\}}"; }
at() { call GetAllocation "{\"provisionId\": \"$home\"}"; }

start_region
exits "a small demonstration" 0 ccrag demo --provisions 300 --placements 1500 --no-cycles
exits "nothing can be proposed without a cycle" 65 call Propose
has "and it says who opens one" "no cycle is open" "$output"
exits "a cycle is opened" 0 call OpenCycle
registry=$(ccrag status --json | jq -c '.services[] | select(.service == "registry") | .position')
exits "a proposal is made, of all that was told" 0 call Propose \
    "{\"atLeast\": [{\"service\": \"registry\", \"position\": $registry}]}"
proposal=$(echo "$output" | jq .proposal)
is "as far as the registry is" "$registry" "$(echo "$proposal" | jq -c .madeFrom)"
is "every provision is a link, a sole one or needs attention" true \
    "$(echo "$proposal" | jq '.provisions > 50 and (.links + .soles) <= .provisions and
        (.links + .soles + (.attention // 0)) >= .provisions')"
exits "again" 0 call Propose
is "it is the same to the byte" "$(echo "$proposal" | jq .digest)" "$(echo "$output" | jq .proposal.digest)"
exits "it is compared with nothing" 0 call CompareProposal '{"page": {"size": 1000}}'
is "all of it is new" '["ALLOCATION_CAUSE_NEW"]' "$(echo "$output" | jq -c '[.changes[].causes[]] | unique')"
exits "it is published" 0 call PublishProposal
is "as a whole" "$(echo "$proposal" | jq '.links + .soles')" "$(echo "$output" | jq .changed)"
exits "compared again" 0 call CompareProposal
is "nothing differs" null "$(echo "$output" | jq .changes)"

# --- a link LA leaves a home where two others or more place ------------------------------------------------
row=$(call GetProposal '{"page": {"size": 1000}}' | jq -c '[.allocations[] |
    select(.basis == "ALLOCATION_BASIS_CLOSEST" and (.placing | length) >= 3)][0]')
home=$(echo "$row" | jq -r .provisionId) link=$(echo "$row" | jq -r .authorityId)
other=$(echo "$row" | jq -r '[.placing[] | select(.authorityId != $a and .authorityId != $b)][0].authorityId' \
    --arg a "$link" --arg b "$(echo "$row" | jq -r .nextAuthorityId)")
offer="{\"provisionId\": \"$home\", \"toAuthorityId\": \"$other\", \"reason\": \"nobody of ours is there\"}"
exits "while it places there it asks nobody" 65 call OfferTransfer "$offer"
has "and it says so" "still has a live placement there" "$output"
for placement in $(ccrag placement list --la "$link" --at "$home" --json | jq -r '.placements[].id'); do
    ccrag placement end "$placement" --la "$link" --on "$(date +%F -d yesterday)" >/dev/null
done
raised() { [ "$(at | jq -r .task.state)" = ALLOCATION_TASK_STATE_OPEN ]; }
eventually "its last placement ended: a task is raised" raised
is "nothing moved" "$link" "$(at | jq -r .allocation.authorityId)"
is "it says why" ALLOCATION_CAUSE_PLACEMENT_ENDED "$(at | jq -r '.task.causes[0]')"
exits "a proposal from before is stale" 65 call PublishProposal
has "and it says how many differ" "(1 of its provisions)" "$output"

exits "it asks another, farther one" 0 call OfferTransfer "$offer"
transfer=$(echo "$output" | jq -r .transfer.id)
exits "one offer at a time" 65 call OfferTransfer "$offer"
exits "which accepts" 0 call AnswerTransfer "{\"transferId\": \"$transfer\", \"accept\": true}"
is "and has it" "$other" "$(at | jq -r .allocation.authorityId)"
is "the task is settled" null "$(at | jq .task)"
is "the host is told" "$transfer" "$(call ListAllocationTasks |
    jq -r '.tasks[] | select(.kind == "ALLOCATION_TASK_KIND_TRANSFER_AGREED").id')"
is "who had it, newest first" "[\"$other\",\"$link\"]" "$(at | jq -c '[.terms[].authorityId]')"

# --- balanced, loads, savings --------------------------------------------------------------------------------
exits "a balanced proposal" 0 call Propose '{"method": "ALLOCATION_METHOD_BALANCED", "tolerancePercent": 200}'
balanced=$(echo "$output" | jq .proposal.number)
exits "beside the rule's" 0 call ReportLoad "{\"number\": $balanced}"
is "travels as far or farther, with as many links" true "$(echo "$output" | jq '.total.links == .closestTotal.links and
    (.total.travelMetres | tonumber) >= (.closestTotal.travelMetres | tonumber)')"
exits "savings, with other inputs" 0 call ReportSavings '{"costs": {"returnMiles": 100}}'
is "are what a visit costs for each not made" true "$(echo "$output" | jq '(.costs.returnMiles == 100) and
    ((.total.withoutPence | tonumber) - (.total.withPence | tonumber) == (.total.savingPence | tonumber))')"

# --- and again ------------------------------------------------------------------------------------------------
before=$(at)
exits "down" 0 ccrag down
exits "up" 0 ccrag up --port "$PORT"
is "all is as it was" "$before" "$(at)"
exits "the audit log holds" 0 ccrag audit verify
exits "a feed of it can be followed" 0 ccrag follow allocation --once
has "with its transfer" "$transfer" "$output"
