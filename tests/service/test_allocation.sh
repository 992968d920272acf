#!/usr/bin/env bash
# Allocation with real processes: propose, compare, publish; a link LA that places nowhere there any more; a transfer;
# the balanced proposal; savings; the same as signed-in people, each for their own; all of it there again after a restart.
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

# --- as signed-in people: each for their own --------------------------------------------------------------------
as() { ccrag --as "$1@allocation.example" "${@:2}"; }
# sign_in NAME ROLE OPTION…: a new account, signed in.
sign_in() {
    ccrag person add "$1@allocation.example" --name "$1" --role "$2" "${@:3}" --password-fd 3 3<<<"$password" &&
        ccrag login "$1@allocation.example" --password-fd 3 3<<<"$password"
}
password=tangerine-harbour-52-kites
host=$(ccrag call GetRegion | jq -r .region.host)
row=$(call GetProposal '{"page": {"size": 1000}, "number": 1}' | jq -c --arg host "$host" --arg home "$home" '
    [.allocations[] | select(.basis == "ALLOCATION_BASIS_CLOSEST" and (.placing | length) >= 3 and
    .provisionId != $home and .authorityId != $host)][0]')
home=$(echo "$row" | jq -r .provisionId) link=$(echo "$row" | jq -r .authorityId)
other=$(echo "$row" | jq -r --arg a "$link" --arg h "$host" \
    '[.placing[] | select(.authorityId != $a and .authorityId != $h)][0].authorityId')
third=$(ccrag call ListAuthorities '{"page": {"size": 100}}' | jq -r --arg a "$link" --arg b "$other" --arg h "$host" '
    [.authorities[] | select(.state == "MEMBERSHIP_STATE_ACTIVE" and .id != $a and .id != $b and .id != $h)][0].id')
provider=$(ccrag call GetProvision "{\"provisionId\": \"$home\"}" | jq -r '.provision.providerId // ""')
others=$(call ListAllocations '{"page": {"size": 1000}}' | jq -r --arg p "$provider" \
    '[.allocations[] | select(.providerId != $p)][0].provisionId')
exits "a quality officer of the LA that has it" 0 sign_in giver quality-officer --la "$link"
exits "one of the LA that is asked" 0 sign_in taker quality-officer --la "$other"
exits "one of a third" 0 sign_in third quality-officer --la "$third"
exits "a host's administrator" 0 sign_in host host-administrator --la "$host"
exits "somebody of the provider" 0 sign_in provider provider-user --provider "$provider"
for placement in $(ccrag placement list --la "$link" --at "$home" --json | jq -r '.placements[].id'); do
    ccrag placement end "$placement" --la "$link" --on "$(date +%F -d yesterday)" >/dev/null
done
eventually "the LA places there no more: a task is raised" raised
exits "a third cannot hand it over" 77 as third allocation transfer offer "$home" --to "$other"
has "and is told whose it is not" "another authority's" "$output"
exits "its own officer can" 0 as giver allocation transfer offer "$home" --to "$other"
transfer=$(call ListTransfers '{"openOnly": true, "page": {"size": 1000}}' | jq -r --arg home "$home" \
    '.transfers[] | select(.provisionId == $home).id')
exits "a third cannot accept for the other" 77 as third allocation transfer accept "$transfer"
has "and is told who was asked" "another authority was asked" "$output"
exits "nor can the LA that offers" 77 as giver allocation transfer accept "$transfer"
exits "the other's officer accepts" 0 as taker allocation transfer accept "$transfer"
is "and its LA has it" "$other" "$(at | jq -r .allocation.authorityId)"
exits "an officer proposes nothing" 77 as giver allocation propose
exits "the host's administrator proposes" 0 as host allocation propose
exits "an officer publishes nothing" 77 as taker allocation publish
exits "the host's administrator publishes" 0 as host allocation publish
is "who took it over has it still" "$other" "$(at | jq -r .allocation.authorityId)"
exits "the provider sees who has its own" 0 as provider call GetAllocation "{\"provisionId\": \"$home\"}"
is "and not who else places there, nor what waits" "[\"$other\",null,null]" \
    "$(echo "$output" | jq -c '[.allocation.authorityId, .present, .task]')"
exits "not of another's" 77 as provider call GetAllocation "{\"provisionId\": \"$others\"}"
exits "nor the list of all" 77 as provider allocation show
exits "nor a transfer" 77 as provider allocation transfer list

# --- and again ------------------------------------------------------------------------------------------------
before=$(at)
exits "down" 0 ccrag down
exits "up" 0 ccrag up --port "$PORT"
is "all is as it was" "$before" "$(at)"
exits "the audit log holds" 0 ccrag audit verify
exits "a feed of it can be followed" 0 ccrag follow allocation --once
has "with its transfer" "$transfer" "$output"
