#!/usr/bin/env bash
# Monitoring with real processes: a visit planned, made, written up with a file, sent, commented late, published and
# amended; drafts that do not leak; a concern in the feed within a second; all of it there again after a restart.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

call() { ccrag call "$1" "${2:-{\}}"; }
# Of forms and their files, which several services keep.
kept() { ccrag call "$1" "${2:-{\}}" --service monitoring; }
field() { echo "$output" | jq -r "$1"; }
in_days() { date +%F -d "$1 days"; }

start_region
exits "a small demonstration" 0 ccrag demo --provisions 200 --placements 1000
# One that the demonstration does not visit.
link() {
    local visited
    visited=$(call ListVisits '{"page": {"size": 1000}}' | jq -c '[.visits[]?.provisionId]')
    call ListAllocations '{"page": {"size": 1000}}' | jq -ce --argjson visited "$visited" '[.allocations[] |
        select(.standing == "ALLOCATION_STANDING_LINK" and (.providerId // "") != "") |
        select(.provisionId as $id | $visited | index($id) | not)][0]'
}
exits "a provision has a link LA" 0 link
home=$(field .provisionId) la=$(field .authorityId)
knows() { [ "$(call FindVisits "{\"provisionId\": \"$home\"}" | jq -r .authorityId)" = "$la" ]; }
eventually "monitoring has read who has it" knows
shipped() { kept ListForms '{"inUseOnly": true}' | jq -e '.forms | length == 3'; }
eventually "three forms are in use" shipped

# --- a visit -------------------------------------------------------------------------------------------------------
visit() { echo "{\"othersSeen\": $1, \"visit\": {\"provisionId\": \"$home\", \"authorityId\": \"$la\", \"mode\":
    \"VISIT_MODE_REMOTE\", \"purpose\": \"FORM_PURPOSE_QUALITY_ASSURANCE\", \"intendedOn\": \"$2\"}}"; }
exits "a form of its own, in use" 0 kept ImportForm "$(jq -n '{source: "form: brief
title: A brief form
purpose: quality assurance
grading: standard
  grade: good: Good
  grade: poor: Poor
section: all: Everything
question: care: How good is the care?
  answer: grade standard
  required
  carries over
  evidence: welcome
"}')"
exits "put into use" 0 kept PublishForm '{"formId": "brief"}'
exits "a visit is planned" 0 call PlanVisit "$(visit true "$(in_days 3)")"
visit=$(field .visit.id)
is "as the link LA's duty" VISIT_DUTY_LINK "$(field .visit.duty)"
exits "another one is not, unseen" 65 call PlanVisit "$(visit false "$(in_days 9)")"
has "and it says why" "see those visits first" "$output"
exits "it is moved" 0 call RescheduleVisit \
    "{\"visitId\": \"$visit\", \"version\": 1, \"intendedOn\": \"$(in_days 5)\", \"reason\": \"illness\"}"
exits "it is made" 0 call RecordVisit \
    "{\"visitId\": \"$visit\", \"madeOn\": \"$(in_days 0)\", \"officers\": [\"A. Officer\"]}"
report=$(field .visit.reportId)

# --- its report ----------------------------------------------------------------------------------------------------
id="{\"reportId\": \"$report\"}"
exits "it cannot be sent incomplete" 65 call SendForComment "$id"
has "and what is missing is said" "care: " "$output"
answer() { echo "{\"reportId\": \"$report\", \"answers\": [{\"meta\": {\"version\": ${2:-0}}, \"answer\": {\"questionId\":
    \"care\", \"optionIds\": [\"$1\"]}}]}"; }
exits "an answer is kept" 0 call SaveAnswers "$(answer good)"
exits "a second author is told that it changed" 75 call SaveAnswers "$(answer poor)"
printf 'seen on a walk\n' >"$WORK/note.txt"
exits "a file is begun" 0 kept BeginEvidence \
    "{\"ofId\": \"$report\", \"questionId\": \"care\", \"name\": \"../note.txt\", \"size\": \"15\"}"
file=$(field .evidence.id)
is "under its name alone" note.txt "$(field .evidence.name)"
exits "its part" 0 kept AppendEvidence "{\"evidenceId\": \"$file\", \"data\": \"$(base64 <"$WORK/note.txt")\"}"
digest=$(b2sum -l 256 "$WORK/note.txt" | cut -d' ' -f1 | tr a-f A-F | basenc --base16 -d | base64)
exits "and it is whole" 0 kept FinishEvidence "{\"evidenceId\": \"$file\", \"digest\": \"$digest\"}"
is "as what it is" text/plain "$(field .evidence.mediaType)"
exits "nobody reads it as published" 65 call GetReport "$id"
exits "the draft is sent" 0 call SendForComment "$id"
exits "it is not published before its comment" 65 call PublishReport "$id"
exits "nor is notice given before the day is over" 65 call GiveNotice "$id"
exits "the provider comments" 0 call CommentOnReport "{\"reportId\": \"$report\", \"comment\": \"It is painted now.\"}"
exits "what is sent does not change" 65 call SaveAnswers "$(answer poor 1)"
exits "it is published" 0 call PublishReport "$id"
exits "once" 65 call PublishReport "$id"
exits "and is read" 0 call GetReport "{\"provisionId\": \"$home\"}"
is "with its comment and its file" "It is painted now. note.txt" \
    "$(field '[.report.report.comment, .report.evidence[0].name] | join(" ")')"
exits "a comment comes too late" 65 call CommentOnReport "{\"reportId\": \"$report\", \"comment\": \"More.\"}"
exits "it is amended" 0 call AmendReport "{\"reportId\": \"$report\", \"version\": 1, \"reason\": \"misread\",
    \"answers\": [{\"questionId\": \"care\", \"optionIds\": [\"poor\"]}]}"
is "by number" 1 "$(field '.report.amendments[0].number')"
is "and grades say so" poor "$(call ListGrades "{\"provisionId\": \"$home\"}" | jq -r '.grades[0].gradeId')"
exits "the file is read" 0 kept ReadEvidence "{\"evidenceId\": \"$file\"}"
is "to the byte" "seen on a walk" "$(field .data | base64 -d)"
exits "the next visit" 0 call PlanVisit "$(visit true "$(in_days 1)")"
next=$(field .visit.id)
exits "progress counts" 0 call ReportProgress '{"of": "PROGRESS_OF_PROVISIONS"}'
is "what was published there" 1 "$(field ".progress[] | select(.id == \"$home\").published")"
exits "reminders" 0 call ListReminders "{\"authorityId\": \"$la\"}"

# --- a concern -----------------------------------------------------------------------------------------------------
exits "a concern is raised" 0 call RaiseConcern "{\"provisionId\": \"$home\", \"authorityId\": \"$la\", \"severity\":
    \"CONCERN_SEVERITY_HIGH\", \"state\": \"CONCERN_STATE_SUSPENDED\", \"text\": \"a broken fire door\"}"
concern=$(field .concern.id)
exits "the feed has it" 0 ccrag follow monitoring --once
has "the concern" "$concern" "$output"
has "and what searches are told" '"suspensions": 1' "${output//\"suspensions\":1/\"suspensions\": 1}"

# --- and again -----------------------------------------------------------------------------------------------------
before=$(call GetReport "$id")
exits "down" 0 ccrag down
exits "up" 0 ccrag up --port "$PORT"
is "all is as it was" "$before" "$(call GetReport "$id")"
exits "a visit is given up" 0 call CancelVisit "{\"visitId\": \"$next\", \"reason\": \"made by another\"}"
exits "the audit log holds" 0 ccrag audit verify
