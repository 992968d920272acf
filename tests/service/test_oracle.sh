#!/usr/bin/env bash
# The oracle, which shares no code with the engine, against a running region: random searches of the demonstration.
# SEARCHES sets how many (default 100), SEED which.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
start_region
exits "the demonstration is loaded" 0 ccrag demo

for source in registry monitoring; do
    ccrag follow "$source" --once |
        jq -c '{type: .recordType, record: (.content // {id: .key}), deleted: (.content == null)} |
               .record.id = (.record.id // .record.provisionId)'
done >"$WORK/facts"
[ -s "$WORK/facts" ] && ok "the facts are read from the feed" || not_ok "the facts are read from the feed"

# A request a line: seeded, and of all sorts.
awk -v seed="${SEED:-1}" -v count="${SEARCHES:-100}" -v now="$(date +%s)" -v today="$(date +%F)" '
    function pick(list, parts) { return parts[int(rand() * split(list, parts, " ")) + 1] }
    function some(chance, text) { return rand() < chance ? text : "" }
    BEGIN {
        srand(seed)
        for (i = 0; i < count; i++) {
            printf "{\"postcode\":\"%s %d%s\",\"age\":%d,\"gender\":\"GENDER_%s\",\"today\":\"%s\",\"askedAtMs\":\"%d000\"",
                pick("SG13 AL1 CM1 NR1 PE1 B1 LS1 M1 NE1 BN1 GU1 RG1 EX1 TR1 CB1 SS1 E1 N1 SW1A L1"), 1 + rand() * 9,
                pick("AA AB DQ XY ZZ"), rand() * 20, pick("FEMALE MALE UNSPECIFIED"), today, now
            printf "%s", some(0.6, sprintf(",\"needs\":[\"NEED_%s\"]", pick("SEMH ASD MLD SLD PD SLCN HI VI")))
            printf "%s", some(0.6, sprintf(",\"kinds\":[\"PROVISION_KIND_%s\"]",
                pick("CHILDRENS_HOME INDEPENDENT_SPECIAL_SCHOOL NON_MAINTAINED_SPECIAL_SCHOOL DUAL_REGISTERED " \
                     "SUPPORTED_ACCOMMODATION INDEPENDENT_FOSTERING_AGENCY SECURE_CHILDRENS_HOME")))
            printf "%s", some(0.7, sprintf(",\"withinM\":%d", 5000 + rand() * 120000))
            printf "%s", some(0.4, sprintf(",\"weeklyFeeMaxPence\":\"%d\"", 100000 + rand() * 600000))
            printf "%s", some(0.3, sprintf(",\"attendance\":\"ATTENDANCE_%s\"", pick("DAY WEEKS_38 WEEKS_52")))
            printf "%s", some(0.2, ",\"judgementAtWorst\":\"JUDGEMENT_GOOD\"")
            printf "%s", some(0.2, sprintf(",\"siblings\":%d", 1 + rand() * 4))
            printf "%s", some(0.1, ",\"solo\":true")
            printf "%s", some(0.1, sprintf(",\"adaptations\":[\"ADAPTATION_%s\"]", pick("WHEELCHAIR HOIST SENSORY")))
            printf "%s", some(0.3, sprintf(",\"urgency\":\"URGENCY_%s\"", pick("TODAY WITHIN_5_DAYS LATER")))
            printf ",\"size\":%d}\n", 1 + rand() * 40
        }
    }' >"$WORK/requests"
failed=0
while read -r request; do
    answer=$(ccrag call ccrag.v1.MatchingService/Search "$request" | jq -c .) || failed=$((failed + 1))
    printf '{"request":%s,"answer":%s}\n' "$request" "${answer:-null}"
done <"$WORK/requests" >"$WORK/searches"
is "every search is answered" 0 "$failed"
is "and some find something" true \
    "$(jq -s '(map(select(.answer.total > 0)) | length) > (length / 10)' "$WORK/searches")"

verdict=$("$BUILD/bin/oracle" "$WORK/facts" "$WORK/searches" | tail -n 5)
is "the oracle agrees" "${SEARCHES:-100} agree, 0 differ" "$(echo "$verdict" | tail -n 1)"
[ "$failures" -eq 0 ] || echo "$verdict" | sed 's/^/# /'
exit "$failures"
