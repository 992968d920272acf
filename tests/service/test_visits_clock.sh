#!/usr/bin/env bash
# Publication without the provider's comment (rule M3), as days go by: a region whose clock is another one's
# (libfaketime, before the C library) from its first day, 8 March 2027, over Easter and the change to summer time.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=visits.sh
. "$(dirname "$0")/visits.sh"

clock=$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)
# What the region's programs and `ccrag` take for the time; time that passes is the machine's own, and dates of files.
ccrag() {
    LD_PRELOAD=$clock FAKETIME_TIMESTAMP_FILE=$WORK/clock FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
        DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" \
        command ccrag "$@"
}
# it_is DAY TIME: in London, from now on.
it_is() {
    TODAY=$1
    echo "+$(($(TZ=Europe/London date -d "$1 $2" +%s) - $(date +%s)))" >"$WORK/clock.new"
    mv "$WORK/clock.new" "$WORK/clock"
}
reminded() { monitor reminders --json | jq -r --arg r "$report" '.reminders[]? | select(.reportId == $r) | .kind'; }

it_is 2027-03-08 10:00
start_region
exits "a demonstration" 0 ccrag demo --provisions 400 --seed 2
is "it is that day there" 2027-03-08 "$(ccrag audit show --json --size 1 | jq -r '.lines[0].atMs | tonumber / 1000 | todate[:10]')"
home_to_visit
exits "a visit is planned" 0 monitor visit plan "$home" --la "$la" --purpose quality-assurance --how on-site --on "$TODAY"
exits "and made" 0 monitor visit made "$(id_of "$output")" --on "$TODAY" --officer "A. Officer"
report=$(id_of "$output")
exits "its report is written" 0 answer_all "$report"
exits "and sent, for ten working days" 0 monitor report send "$report"
has "which end on" 2027-03-22 "$(monitor report draft "$report" --json | jq -r .report.commentBy)"

it_is 2027-03-22 23:58
exits "no notice while the last day is not over" 65 monitor report notice "$report"
has "and it says which that is" 2027-03-22 "$output"
it_is 2027-03-23 00:01
is "the next day it is reminded of" REMINDER_KIND_NOTICE_DUE "$(reminded)"
exits "and notice is given" 0 monitor report notice "$report"
has "with the day from which it may be published: Good Friday and Easter Monday do not count" "from 1 April 2027 on" "$output"
exits "only once" 65 monitor report notice "$report"
exits "it is not published at once" 65 monitor report publish "$report"
has "but says from when" 2027-04-01 "$output"

it_is 2027-03-30 10:00 # seven days on, of which two counted
exits "not after a week with a bank holiday and a weekend in it" 65 monitor report publish "$report"
is "nor is it reminded of" "" "$(reminded)"
exits "the region stops" 0 ccrag down
exits "and starts again" 0 ccrag up --port "$PORT"
it_is 2027-03-31 23:58
exits "not two minutes before" 65 monitor report publish "$report"
it_is 2027-04-01 00:01 # 23:01 of 31 March in UTC
is "on that day, by London's clock, it is reminded of" REMINDER_KIND_MAY_PUBLISH "$(reminded)"
exits "and published" 0 monitor report publish "$report"
is "marked so" "[true,\"\",\"2027-04-01\"]" \
    "$(monitor report show "$report" --json | jq -c '.report.report | [.withoutComment, .comment // "", .publishedOn]')"
exits "people read it" 0 monitor report show "$home"
has "without the provider's comment" "without the provider's comment" "$output"
exits "in print too" 0 monitor report print "$home" "$WORK/report.html"
has "without it" "without the provider's comment" "$(sed 's/&#39;/'"'"'/g' "$WORK/report.html")"
exits "a comment is too late" 65 monitor report comment "$report" --text "But"
it_is 2027-04-06 09:00
exits "it is amended" 0 monitor report amend "$report" care-grade meets --reason "a slip"
has "by number" "Amendment 1" "$output"
is "and stays without" true "$(monitor report show "$home" --json | jq .report.report.withoutComment)"
exits "the audit log holds" 0 ccrag audit verify
