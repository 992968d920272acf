#!/usr/bin/env bash
# `ccrag restore` killed before each of its changes to files: the old store or the new one is in place, whole, and
# restoring again works. KILLS=all for every change, not only some and every rename.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

stores=$CCRAG_REGION/store
write() { ccrag call ProvidersService/UpdateProvider "{\"provider\": {\"name\": \"$1\"}}" >/dev/null; }
# The journal's position of a store that can be opened; `none` where there is no store.
look() { "$BUILD/tests/service/look" "$CCRAG_REGION" "$1" "$2" 2>/dev/null || echo none; }
sequence() { look "$1" "$2" | cut -d' ' -f2; }
dying() { "$BUILD/tests/service/ccrag_dying" restore --from "$WORK/b1"; }
# As if nothing had been restored.
put_back() { rm -rf "$stores" && cp -r "$WORK/stores" "$stores"; }

start_region
for i in 1 2 3; do write "before $i"; done
exits "a backup" 0 ccrag backup --to "$WORK/b1"
for i in 4 5; do write "after $i"; done
ccrag down >/dev/null
cp -r "$stores" "$WORK/stores"
services=$(cd "$stores" && for store in */; do echo "${store%/}"; done)
declare -A old new
for service in $services; do
    old[$service]=$(look "$service" "$stores/$service")
    new[$service]=$(jq -r ".position.sequence // 0" "$WORK/b1/$service/manifest.json")
done
is "the backup is older" true "$([ "${new[registry]}" -lt "${old[registry]#* }" ] && echo true)"

put_back
DIE_LOG=$WORK/changes dying >/dev/null
is "a restore that nobody kills" 0 $?
changes=$(wc -l <"$WORK/changes")
points=$(grep -E ' (rename|renameat2|mkdir|mdb_txn_commit)$' "$WORK/changes" | cut -d' ' -f1)
step=$((changes / 8 + 1))
[ "${KILLS:-}" != all ] || step=1
points=$(printf '%s\n' "$points" $(seq 1 "$step" "$changes") | sort -nu)

killed=0 torn=0 half=0 stuck=0 lost=0 kept_old=0 kept_new=0
for at in $points; do
    put_back
    DIE_AT=$at dying >/dev/null 2>&1
    [ $? -ne 137 ] || killed=$((killed + 1))
    for service in $services; do
        position=$(look "$service" "$stores/$service")
        if [ "$position" = "${old[$service]}" ]; then
            kept_old=$((kept_old + 1))
        elif [ "${position#* }" = "${new[$service]}" ]; then
            kept_new=$((kept_new + 1))
        else
            torn=$((torn + 1))
        fi
    done
    ccrag restore --from "$WORK/b1" >"$WORK/said" 2>&1 || stuck=$((stuck + 1))
    [ -z "$(find "$stores" -name '*.restoring-*')" ] || half=$((half + 1))
    for service in $services; do
        [ "$(sequence "$service" "$stores/$service")" = "${new[$service]}" ] || torn=$((torn + 1))
        # The store of before is in one of the folders that are kept.
        kept=$(for folder in "$stores/$service".before-*; do look "$service" "$folder"; done)
        grep -qx "${old[$service]}" <<<"$kept" || lost=$((lost + 1))
    done
done
echo "# killed $killed times in $changes changes; then $kept_old old stores were in place, $kept_new new ones"
is "it was killed each time" "$(wc -w <<<"$points")" "$killed"
is "both were seen in place" true "$([ "$kept_old" -gt 0 ] && [ "$kept_new" -gt 0 ] && echo true)"
is "a store is in place, whole, the old or the new one" 0 "$torn"
is "restoring again works" 0 "$stuck"
is "and leaves no copy that is half made" 0 "$half"
is "the store of before is kept" 0 "$lost"

put_back
mkdir "$stores/registry.restoring-1"
has "what was left is removed, and said to be" "stopped midway" "$(ccrag restore registry --from "$WORK/b1")"
exits "the region starts on it" 0 ccrag up
