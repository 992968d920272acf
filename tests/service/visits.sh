# shellcheck shell=bash
# Visits by the command line, for tests that source lib.sh first.

monitor() { ccrag monitoring "$@"; }
id_of() { grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' <<<"$1" | head -n 1; }
# The day that the region has, some days on: day '+60 days'.
day() { date +%F -d "${TODAY:-$(date +%F)} ${1:-}"; }
# home_to_visit: a home that is somebody's link and has no visit, and whose: sets $row, $home, $la.
home_to_visit() {
    local visited
    visited=$(monitor visit list --json | jq -c '[.visits[].provisionId]')
    row=$(ccrag allocation show --standing link --json |
        jq -c "[.allocations[] | select(.provisionId as \$p | $visited | index(\$p) | not)][0]")
    home=$(echo "$row" | jq -r .provisionId) la=$(echo "$row" | jq -r .authorityId)
}
# answer_all REPORT: whatever the form asks, by its kinds; then what that answer asks for; then the files it wants,
# each $WORK/letter.pdf.
answer_all() {
    local report=$1 question
    monitor report draft "$report" --json | jq -r --arg coming "$(day '+60 days')" --arg past "$(day '-9 days')" \
        --arg expiry "$(day '+300 days')" '
        .form.gradings as $gradings | .form.sections[].questions[] | select(.mode != "VISIT_MODE_REMOTE") |
        select(.onlyIfQuestion | not) | .id as $id | {
            ANSWER_KIND_TEXT: "As seen on the day", ANSWER_KIND_CHOICE: .options[0]?.id,
            ANSWER_KIND_CHOICES: .options[0]?.id, ANSWER_KIND_SCALE: (.least // 0), ANSWER_KIND_YES_NO: "yes",
            ANSWER_KIND_NUMBERS: ([.options[]? | "\(.id)=1"] | join(", ")),
            ANSWER_KIND_DATE: (if .dateSide == "DATE_SIDE_COMING" then $coming else $past end),
            ANSWER_KIND_EXPIRY: $expiry,
            ANSWER_KIND_GRADE: (.gradingId as $g | [$gradings[]? | select(.id == $g) | .grades[0].id] | .[0])
        }[.kind] | "\($id): \(.)"' >"$WORK/answers"
    monitor report answer "$report" --file "$WORK/answers" || return
    for _ in 1 2; do # what an answer asks for may ask for more
        monitor report draft "$report" --json | jq -r --arg coming "$(day '+60 days')" '
            .form as $form | .problems[]? | select(.reason | test("not answered")) | .questionId as $q |
            $form.sections[].questions[] | select(.id == $q) |
            select(.kind == "ANSWER_KIND_TEXT" or .kind == "ANSWER_KIND_DATE") |
            "\(.id): \(if .kind == "ANSWER_KIND_TEXT" then "So it is" else $coming end)"' >"$WORK/more"
        [ ! -s "$WORK/more" ] || monitor report answer "$report" --file "$WORK/more" || return
    done
    printf '%%PDF-1.4\nnot much of one\n%%%%EOF\n' >"$WORK/letter.pdf"
    for question in $(monitor report draft "$report" --json |
        jq -r '.problems[]? | select(.reason | test("file|evidence")) | .questionId'); do
        monitor report evidence add "$report" "$question" "$WORK/letter.pdf" || return
    done
}
