#!/usr/bin/env bash
# Fees by the command line, with real processes and signed-in people: a cycle from its opening to three LAs' decisions and
# what it was worth; an application off by a penny, a sheet with wrong cells, lines of three LAs; and what each role can
# see.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

password=tangerine-harbour-52-kites
fees() { ccrag fees "$@"; }
as() { ccrag --as "$1@fees.example" fees "${@:2}"; }
sign_in() {
    ccrag person add "$1@fees.example" --name "$1" --role "$2" "${@:3}" --password-fd 3 3<<<"$password" &&
        ccrag login "$1@fees.example" --password-fd 3 3<<<"$password"
}
id_of() { grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' <<<"$1" | head -n 1; }
day() { date +%F -d "$1"; }
provider_of() { ccrag provision show "$1" --json | jq -r .provision.providerId; }

start_region
exits "a small demonstration, with nothing told of it" 0 ccrag demo --provisions 300 --placements 1500 --no-cycles
host=$(ccrag call GetRegion | jq -r .region.host)
exits "a host's administrator" 0 sign_in host host-administrator --la "$host"

# --- a cycle, its indices, what is exceptional ---------------------------------------------------------------
exits "an index" 0 as host index set CPI --title "Consumer Prices Index" --percent 2.5 --from "$(day yesterday)" --source "ONS"
exits "a threshold that is wrong" 65 as host threshold preview "lower of 3 and CPI"
has "is shown" "  lower of 3 and CPI" "$output"
has "with a caret under the character" "
             ^" "$output"
exits "an index that there is not" 65 as host cycle open --threshold "lower of 3% and RPI"
has "likewise" "
                  ^" "$output"
exits "a right one" 0 as host threshold preview "lower of 3% and CPI, review above 5%"
has "comes to what the index is" "above 2.5%" "$output"
exits "a cycle is opened" 0 as host cycle open next-year --from "$(day +100days)" --threshold "lower of 3% and CPI, review above 5%" \
    --level-told "$(day +8days)" --letter-sent "$(day +8days)" --application "$(day +12days)" \
    --consultation-begun "$(day +30days)" --report "$(day +60days)" --decision "$(day +90days)"
has "with its task" "application          by" "$output"
exits "one at a time" 65 as host cycle open another
exits "its reminders go out earlier" 0 as host cycle update --reminder-days 10

settled() { [ "$(fees lead show --json | jq '.consultations | length')" -gt 20 ]; }
eventually "who leads where is settled" settled
sleep 2 # all of it
led=$(fees lead show --json | jq -c --arg h "$host" '[.consultations[] | select(.scope == "FEE_SCOPE_LED" and
    .kind == "PROVISION_KIND_CHILDRENS_HOME" and (.placing | length) >= 3 and
    ([.placing[].authorityId] | index($h) | not))]')
home=$(jq -r '.[0].provisionId' <<<"$led") lead=$(jq -r '.[0].leadId' <<<"$led")
other=$(jq -r --arg l "$lead" '[.[0].placing[].authorityId | select(. != $l)][0]' <<<"$led")
third=$(jq -r --arg l "$lead" '[.[0].placing[].authorityId | select(. != $l)][1]' <<<"$led")
concerned=$(jq -c '[.[0].placing[].authorityId]' <<<"$led")
outside=$(ccrag authority list --json | jq -r --argjson c "$concerned" --arg h "$host" \
    '[.authorities[] | select(.state == "MEMBERSHIP_STATE_ACTIVE") | .id | select(. != $h and (. as $a | $c | index($a) | not))][0]')
provider=$(provider_of "$home")
within=$(jq -r --arg p "$provider" '[.[] | select(.providerId != $p)][0].provisionId' <<<"$led")
agency=$(fees lead show --json | jq -r '[.consultations[] | select(.scope == "FEE_SCOPE_SHARED")][0].provisionId')
exits "the lead's fees officer" 0 sign_in lead fees-officer --la "$lead"
exits "another LA's" 0 sign_in other fees-officer --la "$other"
exits "a third's" 0 sign_in third fees-officer --la "$third"
exits "one of an LA that places nowhere there" 0 sign_in outside fees-officer --la "$outside"
exits "an auditor" 0 sign_in auditor auditor --la "$host"
exits "the provider's" 0 sign_in provider provider-user --provider "$provider"
exits "another provider's" 0 sign_in rival provider-user --provider "$(provider_of "$within")"
exits "an officer opens no cycle" 77 as lead cycle open another
exits "nor does the provider" 77 as provider index set CPI --percent 99
exits "who leads, seen by every member" 0 as outside lead show "$home"
has "and why" "leads (most placements)" "$output"
exits "the lead tells the region" 0 as lead level "$home" exceptional
exits "another cannot" 77 as other level "$home" within

# --- letters, and an LA's own day ----------------------------------------------------------------------------
exits "letters are due" 0 as other letter list --due
has "of who does not lead" "not leading" "$output"
exits "one is written" 0 as other letter write "$home" not-leading --out "$WORK/letter.txt"
has "with the particulars of who leads" "$(ccrag authority list --json | jq -r --arg l "$lead" '.authorities[] | select(.id == $l).name')" \
    "$(cat "$WORK/letter.txt")"
exits "and sent" 0 as other letter sent "$home" not-leading --file "$WORK/letter.txt"
exits "once more, over the version that was read" 0 as other letter sent "$home" not-leading --file "$WORK/letter.txt" \
    --version "$(as other letter list --json | jq --arg p "$home" '.letters[] | select(.provisionId == $p) | .meta.version | tonumber')"
exits "over another it is refused" 75 as other letter sent "$home" not-leading --version 9
is "once sent it is not due" 0 "$(as other letter list --due --json | jq --arg p "$home" '[.letters[]? | select(.provisionId == $p)] | length')"
exits "the provider reads what was sent to it" 0 as provider letter list --json
is "and that alone" '["FEE_LETTER_KIND_NOT_LEADING"]' "$(echo "$output" | jq -c '[.letters[].kind]')"
is "another provider none of it" 0 "$(as rival letter list --json | jq --arg p "$home" '[.letters[]? | select(.provisionId == $p)] | length')"
exits "a letter's text is the host's" 77 as lead letter text invitation --title "Come"
as host letter text invitation >"$WORK/invitation"
printf '\nDear {{nobody}}\n' >>"$WORK/invitation"
exits "a name that there is not" 65 as host letter text invitation --file "$WORK/invitation"
has "is told by line" "line" "$output"
exits "an LA wants the application earlier" 0 as other date set "$provider" --task application --on "$(day +3days)"
has "and the earliest day holds" "$(date +'%-d %B %Y' -d '+3days')" "$(as provider lead show "$home")"

# --- an application ------------------------------------------------------------------------------------------
exits "the provider begins" 0 as provider apply begin "$home"
application=$(id_of "$output")
exits "another's is not to begin" 77 as rival apply begin "$home"
exits "an LA sees nothing of a draft" 66 as lead apply show "$application"
exits "the host does" 0 as host apply show "$application"
exits "a fee that is off by a penny is kept" 0 as provider apply save "$application" --service residential-52 \
    --title "Residential, 52 weeks" --attendance 52 --current 4000+500+0=4500 --proposed 4240+530+0=4770.01
has "and the place is named" "services[residential-52].proposed.total" "$output"
exits "it cannot be submitted so" 65 as provider apply submit "$application"
has "naming the place again" "services[residential-52].proposed.total" "$output"
has "and the difference" "£0.01" "$output"
# A sheet filled in offline: what is right in it is kept, the rest told by row and column.
exits "as a sheet" 0 as provider apply sheet "$application" "$WORK/sheet.csv"
exits "which can be taken back as it is" 0 as provider apply import "$application" "$WORK/sheet.csv"
has "whole" ", 0 not" "$output"
head -n 1 "$WORK/sheet.csv" >"$WORK/filled.csv"
printf '%s\r\n' 'service,residential-52,social-care,,4000.00,=4240+0,,' 'service,residential-52,education,,500,3%,,' \
    'service,residential-52,total,,,4770.00,,' 'answer,no-such-question,,,,,x,' >>"$WORK/filled.csv"
printf 'answer,ownership,,,,,caf\xe9,\r\n' >>"$WORK/filled.csv"
exits "a sheet with wrong cells" 65 as provider apply import "$application" "$WORK/filled.csv" --strict
has "a formula, by row and column" "row 2, proposed" "$output"
has "a percentage where pounds belong" "row 3, proposed" "$output"
has "a question that there is not" "row 5" "$output"
has "another encoding" "row 6, answer" "$output"
is "and the right cell is kept" 477000 "$(as provider apply show "$application" --json | jq -r '.application.services[0].proposed.totalPence')"
exits "its rejects as a file" 0 as provider apply import "$application" "$WORK/filled.csv" --rejects "$WORK/rejects.csv"
has "without a formula" "\"'=4240+0\"" "$(cat "$WORK/rejects.csv")"
# answers_of FORM.json: an answer of its kind to each question, sums that add up.
answers_of() {
    jq -r '.form as $form | [$form.sections[].questions[]] as $all |
        def leaves: . as $q | if $q.sumOf then [$q.sumOf[] as $s | $all[] | select(.id == $s) | leaves] | add else 1 end;
        $all[] | select(.onlyIfQuestion | not) | . as $q | ($q | leaves) as $parts | "\($q.id): \({
            ANSWER_KIND_TEXT: "As our books say", ANSWER_KIND_CHOICE: $q.options[0]?.id, ANSWER_KIND_CHOICES: $q.options[0]?.id,
            ANSWER_KIND_SCALE: ($q.least // 0), ANSWER_KIND_YES_NO: "no",
            ANSWER_KIND_NUMBERS: ([$q.options[]? | "\(.id)=1"] | join(", ")),
            ANSWER_KIND_MONEY: ([$q.options[]?.id] | to_entries | map("\(.value)=\($parts * (100 + 10 * .key))") | join(", ")),
            ANSWER_KIND_DATE: "'"$(day -9days)"'", ANSWER_KIND_EXPIRY: "'"$(day +300days)"'"
        }[$q.kind])"' "$1"
}
printf '%%PDF-1.4\nnot much of one\n%%%%EOF\n' >"$WORK/accounts.pdf"
# complete WHO APPLICATION: answers everything, with the files that it asks for. WHO `operator` is nobody signed in.
complete() {
    local run=(ccrag fees) question
    [ "$1" = operator ] || run=(ccrag --as "$1@fees.example" fees)
    "${run[@]}" apply show "$2" --json >"$WORK/form.json"
    answers_of "$WORK/form.json" >"$WORK/answers"
    "${run[@]}" apply save "$2" --file "$WORK/answers" >/dev/null || return 1
    for question in $("${run[@]}" apply show "$2" --json | jq -r '.problems[]? | select(.reason | test("file|evidence")) |
        .field | capture("\\[(?<q>[^]]*)\\]").q'); do
        "${run[@]}" apply evidence add "$2" "$question" "$WORK/accounts.pdf" || return 1
    done
}
exits "a sum that is wrong" 0 as provider apply save "$application" staffing "current=1.00, forecast=2.00"
exits "all of it answered, with its file" 0 complete provider "$application"
evidence=$(id_of "$output")
exits "the penny is mended" 0 as provider apply save "$application" --service residential-52 --proposed 4240+530+0=4770
has "and nothing is missing" "It is complete" "$output"
exits "it is submitted" 0 as provider apply submit "$application"
has "to all LAs" "to all LAs that place there" "$output"
exits "once" 65 as provider apply submit "$application"
is "6% is above 2.5%, and above 5%" '["FEE_LEVEL_REVIEW","6.0000","2.5"]' \
    "$(as lead apply show "$home" --json | jq -c '.submission | [.level, .increasePercent, .thresholdPercent]')"
exits "an LA that places there reads it" 0 as third apply show "$home"
exits "and its file" 0 as third apply evidence get "$evidence" "$WORK/back.pdf"
is "as it was" "$(sha256sum <"$WORK/accounts.pdf")" "$(sha256sum <"$WORK/back.pdf")"
exits "one that does not, does not" 66 as outside apply show "$home"
exits "nor its file" 66 as outside apply evidence get "$evidence" "$WORK/none.pdf"
exits "nor another provider" 66 as rival apply show "$home"
exits "an auditor does" 0 as auditor apply show "$home"
is "and writes nothing" "77 77" "$(as auditor apply return "$application" --reason no >/dev/null 2>&1; echo -n "$? ";
    as auditor decide "$home" accept >/dev/null 2>&1; echo $?)"
exits "the lead returns it" 0 as lead apply return "$application" --reason "Say how the central charges were reckoned"
exits "the provider mends it" 0 as provider apply save "$application" central-charges-basis "By places"
exits "and submits again" 0 as provider apply submit "$application"
is "as number 2" 2 "$(as lead apply show "$home" --json | jq .submission.number)"
# apply_for PROVISION CURRENT PROPOSED: as its provider would, by the operator.
apply_for() {
    local id
    id=$(id_of "$(fees apply begin "$1")")
    fees apply save "$id" --service care --title "Care" --attendance 52 --current "$2" --proposed "$3" &&
        complete operator "$id" && fees apply submit "$id"
}
exits "one that is not exceptional" 0 apply_for "$within" 5000+0+0=5000 5050+0+0=5050
is "is not" FEE_LEVEL_WITHIN "$(fees apply show "$within" --json | jq -r .submission.level)"
exits "one of an IFA" 0 apply_for "$agency" 900+0+0=900 945+0+0=945
exits "has no lead" 0 fees lead show "$agency"
has "and each decides" "nobody leads (shared)" "$output"
exits "a report of it is refused" 65 fees report save "$agency" --recommend accept

# --- lines of three LAs --------------------------------------------------------------------------------------
# lines_of LA: every live placement of its, at the home with the application's service.
lines_of() {
    ccrag placement list --la "$1" --json | jq -r --arg home "$home" '"reference,provision,service,attendance,current,proposed",
        (.placements[]? | select(.weeklyFeePence) | [.reference, .provisionId,
        (if .provisionId == $home then "residential-52" else "" end), "52 weeks",
        (.weeklyFeePence | tonumber / 100), (.weeklyFeePence | tonumber * 1.05 | round / 100)] | @csv)'
}
lines_of "$lead" >"$WORK/lines.csv"
count=$(($(wc -l <"$WORK/lines.csv") - 1))
row=$(sed -n 2p "$WORK/lines.csv")
{
    printf '%s\n' "${row%,*},=1+1" "NOBODY-1,,,52,100,101" "${row%,*}," "${row%%,*},ofsted:SC000001,,52,100,101"
} | cat "$WORK/lines.csv" - >"$WORK/bad.csv"
{ head -1 "$WORK/bad.csv" && tail -1 "$WORK/bad.csv"; } >"$WORK/none.csv"
exits "lines, all of them wrong" 65 as lead lines import "$WORK/none.csv"
exits "an LA's lines, some of them wrong" 65 as lead lines import "$WORK/bad.csv" --strict
has "a formula by line and column" "bad.csv:$((count + 2)): proposed: it is a formula" "$output"
has "a reference that the LA has not" "bad.csv:$((count + 3)): reference: the LA has no such placement" "$output"
has "no fee" "bad.csv:$((count + 4)): proposed" "$output"
has "and every good one is kept" "added $count" "$output"
exits "again" 0 as lead lines import "$WORK/lines.csv"
has "nothing changes" "added 0, changed 0, unchanged $count" "$output"
exits "rejects as a file" 0 as lead lines import "$WORK/bad.csv" --rejects "$WORK/rejects.csv"
is "one a row" 4 "$(grep -c 'bad.csv' "$WORK/rejects.csv")"
for who in other third; do
    lines_of "${!who}" >"$WORK/$who.csv"
    exits "lines of another, $who" 0 as "$who" lines import "$WORK/$who.csv"
done
reference=$(as other lines list --provision "$home" --json | jq -r '.lines[0].reference')
exits "a line is set by hand" 0 as other lines set "$reference" --current 4000 --proposed 4200
exits "nobody else sees it" 77 as lead lines list --la "$other"
exits "nor the host" 77 as host lines list --la "$other"
exits "nor the provider" 77 as provider lines list
is "the lead sees each LA's count and sum" 3 "$(as lead lines totals "$home" --json | jq '[.totals[].authorityId] | unique | length')"
is "another its own alone" "[\"$other\"]" "$(as other lines totals "$home" --json | jq -c '[.totals[].authorityId]')"
is "the host all" 3 "$(as host lines totals "$home" --json | jq '[.totals[].authorityId] | unique | length')"

# --- consultation, report, decisions -------------------------------------------------------------------------
exits "it is too early to decide" 65 as other decide "$home" accept
exits "another cannot begin" 77 as other begin "$home"
exits "the lead begins" 0 as lead begin "$home"
exits "an offer in the log" 0 as lead log add "$home" --kind offer --figure residential-52=4700 --text "If it is settled this month"
exits "and another LA's note" 0 as other log add "$home" --kind note --text "We could live with 4%"
exits "who is not concerned neither reads" 77 as outside log list "$home"
exits "nor does the provider" 77 as provider log list "$home"
is "those who are, all of it" 2 "$(as third log list "$home" --json | jq '.entries | length')"
exits "the report" 0 as lead report save "$home" --recommend negotiated --figure residential-52=4680.00 --rationale "Pay alone rose"
has "is not complete" "Missing or wrong" "$output"
exits "and not published so" 65 as lead report publish "$home"
as lead report show "$home" --json >"$WORK/form.json"
answers_of "$WORK/form.json" >"$WORK/report"
exits "its answers" 0 as lead report save "$home" --file "$WORK/report"
has "are all there" "It is complete" "$output"
exits "a draft is its lead's" 66 as other report show "$home"
exits "it prints as one" 0 as lead report print "$home" -
has "and says so" "Not published" "$output"
exits "it is published" 0 as lead report publish "$home"
exits "every member reads it" 0 as outside report show "$home"
exits "printed" 0 as outside report print "$home" "$WORK/report.html"
has "with its figure" "£4,680.00 recommended" "$(cat "$WORK/report.html")"
exits "the provider does not" 77 as provider report show "$home"
exits "nothing more is corrected" 65 as provider apply correct "$application"
exits "the short report of the other" 0 fees report save "$within" --recommend accept --rationale "Within"
fees report show "$within" --json >"$WORK/form.json"
is "has four sections" 4 "$(jq '.form.sections | length' "$WORK/form.json")"
answers_of "$WORK/form.json" >"$WORK/report"
exits "is answered" 0 fees report save "$within" --file "$WORK/report"
exits "and published, without consultation" 0 fees report publish "$within"
exits "one accepts" 0 as lead decide "$home" accept
exits "one decides otherwise" 0 as other decide "$home" other --figure residential-52=4600 --reason "Our own contract"
exits "one rejects, with a reason" 65 as third decide "$home" reject
exits "it does" 0 as third decide "$home" reject --reason "No money"
exits "for another nobody decides" 77 as lead decide "$home" accept --la "$other"
exits "who is not concerned does not" 77 as outside decide "$home" accept
exits "of the IFA each decides at once" 0 fees decide "$agency" accept --la "$(fees lead show "$agency" --json | jq -r '.consultation.placing[0].authorityId')"
is "three decisions, each its own" '["ACCEPT","OTHER","REJECT"]' \
    "$(as lead decisions "$home" --json | jq -c '[.decisions[].kind | sub("FEE_DECISION_KIND_"; "")] | sort')"
is "the provider reads them" 3 "$(as provider decisions "$home" --json | jq '.decisions | length')"
is "others do not" "0 0" "$(as outside decisions "$home" --json | jq '[.decisions[]?] | length') $(as rival decisions --json |
    jq --arg p "$home" '[.decisions[]? | select(.provisionId == $p)] | length')"
exits "its letter" 0 as third letter write "$home" decision
has "says it" "No money" "$output"

# --- worth, history, benchmarks, progress, reminders ---------------------------------------------------------
as host worth --json >"$WORK/worth.json"
sum() { jq "[.worth[].totals.$1 | tonumber? // 0] | add" "$WORK/worth.json"; }
for field in current.weeklyPence current.yearlyPence proposed.yearlyPence decided.weeklyPence decided.yearlyPence; do
    is "$field adds up to the penny" "$(sum "$field")" "$(jq ".total.totals.$field | tonumber" "$WORK/worth.json")"
done
is "what was saved is what was asked for less what was decided" true "$(jq '.total | (.totals.decidedProposed.yearlyPence | tonumber) -
    (.totals.decided.yearlyPence | tonumber) == (.decidedSaving.yearlyPence | tonumber)' "$WORK/worth.json")"
is "by kind it is the same" "$(jq .total.totals "$WORK/worth.json")" "$(as host worth --of kind --json | jq .total.totals)"
is "an LA sees its own" "[\"$other\"]" "$(as other worth --json | jq -c '[.worth[].id]')"
is "the region only where five LAs have lines" null "$(as other worth --json | jq .region)"
exits "a provider none" 77 as provider worth
exits "as CSV" 0 as host worth --format csv
has "with its heading" '"LA","Lines"' "$output"
ccrag --as host@fees.example fees worth --format xlsx >"$WORK/worth.xlsx"
is "as XLSX" PK "$(head -c 2 "$WORK/worth.xlsx")"
exits "history, with indices" 0 as lead history "$home"
has "alongside" "CPI 2.5%" "$output"
exits "benchmarks" 0 as lead benchmark "$home" --json
is "no group of fewer than five is shown" 0 "$(echo "$output" | jq '[.rows[] | select(.suppressed | not) | select(.provisions < 5)] | length')"
is "some are suppressed" true "$(echo "$output" | jq '[.rows[] | select(.suppressed)] | length > 0')"
is "and say nothing" 0 "$(echo "$output" | jq '[.rows[] | select(.suppressed) | select(.medianPence or .provisions)] | length')"
exits "not for providers" 77 as provider benchmark
exits "progress" 0 as outside progress --json
is "three have applied, two are reported" "[3,2]" "$(echo "$output" | jq -c '[.total.applications, .total.reports]')"
exits "of providers, as CSV" 0 as host progress --of provider --format csv
has "with its heading" '"Provider","Provisions"' "$output"
exits "reminders of who decided nothing yet" 0 as lead reminders
has "and of what is to be told" "level told" "$output"
exits "a provider's own" 0 as provider reminders --json
is "and nobody else's" "[\"$provider\"]" "$(echo "$output" | jq -c '[.reminders[].providerId] | unique')"
name=$(ccrag provider show "$provider" --json | jq -r '.provider.name // .name')
is "by its name" "[\"$name\"]" "$(echo "$output" | jq -c '[.reminders[].providerName] | unique')"

# --- opened again: decisions on what was submitted before are pending ----------------------------------------
exits "the lead opens it again" 0 as lead reopen "$home" --reason "The provider found a slip"
exits "the provider corrects" 0 as provider apply correct "$application"
exits "and submits" 0 as provider apply submit "$application"
is "decisions are on an earlier submission" true "$(as lead decisions "$home" --json | jq '[.decisions[].outdated] | all')"
exits "the report is published again" 0 as lead begin "$home"
exits "as it is" 0 as lead report publish "$home"
exits "who read the earlier submission is told" 75 as other decide "$home" accept --submission 2

# --- the feed of an LA's node --------------------------------------------------------------------------------
# node NAME LA: everything that a node of that LA gets of fees.
node() {
    local folder=$WORK/$1
    ccrag roster add "$1" --role node --authority "$2" >/dev/null 2>&1 || return 1
    cp -r "$CCRAG_REGION" "$folder"
    cp "$CCRAG_REGION/keys/$1.curve" "$folder/keys/operator.curve"
    for _ in $(seq 50); do
        ccrag --region "$folder" follow fees --once 2>/dev/null && return
        sleep 0.2
    done
    return 1
}
node node-other "$other" >"$WORK/other.feed"
node node-outside "$outside" >"$WORK/outside.feed"
lines() { jq -s '[.[] | select(.recordType == "ccrag.v1.FeeLine") | .content.authorityId] | unique' -c "$1"; }
is "a node has its LA's lines, and no other's" "[\"$other\"]" "$(lines "$WORK/other.feed")"
has "and what was submitted where it places" "$application" "$(grep FeeSubmission "$WORK/other.feed")"
# What a node has about the home, by kind.
about() { jq -s --arg p "$home" -c '[.[] | select((.content.provisionId // .content.consultationId // "") | endswith($p)) |
    .recordType | sub("ccrag.v1."; "")] | unique' "$1"; }
is "one that is not concerned has who leads and the report alone" '["Consultation","FeeReport"]' "$(about "$WORK/outside.feed")"
is "one that is, what concerns it" \
    '["Consultation","FeeDecision","FeeLetter","FeeLine","FeeLineTotals","FeeLogEntry","FeeReport","FeeSubmission"]' \
    "$(about "$WORK/other.feed")"

# --- and again -----------------------------------------------------------------------------------------------
exits "a placement's lines are erased" 0 fees lines erase "$reference" --la "$other"
exits "a placement that goes on is not erased" 65 ccrag erase placement "$reference" --la "$other"
uuid=$(ccrag placement list --la "$other" --json | jq -r --arg r "$reference" '.placements[] | select(.reference == $r).id')
exits "it ends" 0 ccrag placement end "$reference" --la "$other" --on "$(date -d yesterday +%F)" --reason "moved on"
exits "what it was meant to achieve" 0 ccrag monitoring outcomes intend "$uuid" --for health
exits "all that is kept of it is erased at once" 0 ccrag erase placement "$reference" --la "$other" --json
is "and said" '{"placement":true}' "$(jq -c 'del(.id)' <<<"$output")"
exits "its outcomes too" 66 ccrag monitoring outcomes erase "$uuid"
exits "by now nothing is" 66 ccrag erase placement "$uuid" --la "$other"
exits "the cycle is closed" 0 as host cycle close
before=$(fees worth --json)
exits "down" 0 ccrag down
exits "up" 0 ccrag up --port "$PORT"
is "all is as it was" "$before" "$(fees worth --json)"
exits "in a closed cycle nobody applies" 65 as provider apply begin "$home"
exits "but what is still to be decided is" 0 as other decide "$home" accept
exits "the audit log holds" 0 ccrag audit verify
