/* The answer: hits become results with every mark and its reason, and near misses where there are few (rules
 * X2, X3). In: a root and a search. Out: a response whose texts lie in the arena or in the root. */

#include "services/matching/index_inside.h"

/* What every result of one answer takes, allocated at once. */
struct page {
    Pb__SearchResult *results;
    Pb__Mark *marks;
    Pb__Mark **mark_pointers;
};

static enum code write_marks(const struct scan *scan, const struct hit *hit, struct arena *arena,
                             Pb__Mark *marks)
{
    char texts[MARK_COUNT * REASON_BYTES_MAX], *ends[MARK_COUNT], *end = texts;
    const struct place *place = hit->band->place[hit->row];
    struct candidate candidate = scan_candidate(hit->band, hit->row, hit->distance_m, hit->free_places);
    uint32_t values[MARK_COUNT];
    marks_of(scan->search, scan->root->stale_days, &candidate, values);
    for (unsigned mark = 0; mark < MARK_COUNT; mark++) {
        ends[mark] = end;
        end = reason_write((enum mark)mark, scan->search, scan->root->stale_days, &candidate,
                           place->provision->judged, end);
    }
    struct span kept = arena_copy(arena, span_of(texts, (size_t)(end - texts)));
    if (!kept.data)
        return CODE_RESOURCE_EXHAUSTED;
    for (unsigned mark = 0; mark < MARK_COUNT; mark++) {
        pb__mark__init(&marks[mark]);
        marks[mark].criterion = mark_criterion((enum mark)mark);
        marks[mark].mark = values[mark];
        marks[mark].weight = scan->search->weights[mark];
        marks[mark].reason = (const char *)kept.data + (ends[mark] - texts);
    }
    return CODE_OK;
}

static void write_result(const struct scan *scan, const struct hit *hit, Pb__SearchResult *result)
{
    const struct search *search = scan->search;
    const struct place *place = hit->band->place[hit->row];
    const struct provision_facts *provision = place->provision;
    int32_t days = days_since(place->confirmed_at_ms, search->asked_at_ms);
    pb__search_result__init(result);
    result->place_group_id = place->id_text;
    result->place_group_name = place->name;
    result->provision_id = provision->id_text;
    result->provision_name = provision->name;
    result->urn = provision->urn;
    result->kind = provision->record.kind;
    result->score = hit->score;
    if (hit->distance_m != DISTANCE_UNKNOWN) {
        result->distance_m = hit->distance_m;
        result->distance_quality = place->quality > search->home_quality ? (Pb__PositionQuality)place->quality
                                                                         : search->home_quality;
    }
    result->weekly_fee_pence = place->fee;
    result->judgement = provision->record.judgement;
    result->judged_on = provision->judged_on;
    result->free_places = hit->free_places;
    result->vacancy_confirmed_at_ms = place->confirmed_at_ms;
    result->vacancy_stale = days == INT32_MAX || (uint32_t)days > scan->root->stale_days;
    result->local_authority = provision->local_authority;
    result->town = provision->town;
    result->generated = place->generated;
    result->unverified = place->unverified;
}

enum code results_write(const struct scan *scan, const struct hits *hits, struct arena *arena,
                        Pb__SearchResponse *response)
{
    struct page page = {
        .results = arena_array(arena, Pb__SearchResult, hits->count),
        .marks = arena_array(arena, Pb__Mark, hits->count * MARK_COUNT),
        .mark_pointers = arena_array(arena, Pb__Mark *, hits->count * MARK_COUNT),
    };
    response->results = arena_array(arena, Pb__SearchResult *, hits->count);
    if (arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    response->n_results = hits->count;
    /* What is shown of a place is far from what is scanned: ask for all of it before the first is used. */
    for (uint32_t i = 0; i < hits->count; i++)
        __builtin_prefetch(hits_at(hits, i)->band->place[hits_at(hits, i)->row]);
    for (uint32_t i = 0; i < hits->count; i++) {
        const struct place *place = hits_at(hits, i)->band->place[hits_at(hits, i)->row];
        __builtin_prefetch(place->provision);
        __builtin_prefetch((const char *)place->provision + sizeof *place->provision);
        __builtin_prefetch(place->name);
    }
    for (uint32_t i = 0; i < hits->count; i++) {
        Pb__SearchResult *result = response->results[i] = &page.results[i];
        write_result(scan, hits_at(hits, i), result);
        Pb__Mark *marks = &page.marks[i * MARK_COUNT];
        if (write_marks(scan, hits_at(hits, i), arena, marks) != CODE_OK)
            return CODE_RESOURCE_EXHAUSTED;
        result->n_marks = MARK_COUNT;
        result->marks = &page.mark_pointers[i * MARK_COUNT];
        for (unsigned mark = 0; mark < MARK_COUNT; mark++)
            result->marks[mark] = &marks[mark];
    }
    return CODE_OK;
}

enum code root_search(const struct matching_root *root, const struct search *search, struct arena *arena,
                      Pb__SearchResponse *ret_response)
{
    struct hits hits;
    struct scan scan;
    Pb__SearchResponse response = *ret_response;
    scan_init(&scan, root, search);
    hits_init(&hits, search);
    scan_all(&scan, &hits);
    response.total = (uint32_t)hits.total;
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        response.considered += search->kinds >> kind & 1u ? (uint32_t)root->counts[kind] : 0;
    response.demonstration = root->demonstration;
    response.home_quality = search->home_quality;
    response.home = arena_new(arena, Pb__GeoPoint);
    enum code code = response.home ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
    if (code == CODE_OK) {
        pb__geo_point__init(response.home);
        response.home->latitude_e7 = search->home.latitude;
        response.home->longitude_e7 = search->home.longitude;
        code = results_write(&scan, &hits, arena, &response);
    }
    if (code == CODE_OK && hits.total < search->size)
        code = near_misses(&scan, arena, &response);
    if (code == CODE_OK)
        *ret_response = response;
    return code;
}
