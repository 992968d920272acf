/* The answer: hits become results with every mark and its reason, and near misses where there are few (rules
 * X2, X3). In: a root and a search. Out: a response whose texts lie in the arena or in the root. */

#include "services/matching/index_inside.h"

/* What a result is made of but its texts. */
struct page {
    Pb__SearchResult result;
    Pb__Mark marks[MARK_COUNT];
    Pb__Mark *pointers[MARK_COUNT];
};

/* The reasons of one hit, in the arena where they are not in the root. */
static enum code write_reasons(const struct scan *scan, const struct hit *hit,
                               const struct candidate *candidate, struct arena *arena,
                               const char *ret_reasons[MARK_COUNT])
{
    char texts[MARK_COUNT * REASON_BYTES_MAX];
    const struct place *place = hit->band->rows[hit->row].place;
    unsigned written;
    const char *end = reasons_write(scan->search, scan->root->stale_days, candidate, place->provision->judged,
                                    texts, ret_reasons, &written);
    struct span kept = arena_copy(arena, span_of(texts, (size_t)(end - texts)));
    if (!kept.data)
        return CODE_RESOURCE_EXHAUSTED;
    for (unsigned mark = 0; mark < MARK_COUNT; mark++)
        if (written >> mark & 1u)
            ret_reasons[mark] = (const char *)kept.data + (ret_reasons[mark] - texts);
    return CODE_OK;
}

static enum code write_marks(const struct scan *scan, const struct hit *hit, struct arena *arena,
                             struct page *page)
{
    struct candidate candidate = scan_candidate(hit->band, hit->row, hit->distance_m, hit->free_places);
    const char *reasons[MARK_COUNT];
    uint32_t values[MARK_COUNT];
    enum code code = write_reasons(scan, hit, &candidate, arena, reasons);
    if (code != CODE_OK)
        return code;
    marks_of(scan->search, scan->root->stale_days, &candidate, values);
    for (unsigned mark = 0; mark < MARK_COUNT; mark++) {
        page->marks[mark] = (Pb__Mark){
            .base = PROTOBUF_C_MESSAGE_INIT(&pb__mark__descriptor),
            .criterion = mark_criterion((enum mark)mark),
            .mark = values[mark],
            .weight = scan->search->weights[mark],
            .reason = reasons[mark],
        };
        page->pointers[mark] = &page->marks[mark];
    }
    page->result.n_marks = MARK_COUNT;
    page->result.marks = page->pointers;
    return CODE_OK;
}

static void write_result(const struct scan *scan, const struct hit *hit, Pb__SearchResult *result)
{
    const struct search *search = scan->search;
    const struct row *row = &hit->band->rows[hit->row];
    const struct place *place = row->place;
    const struct provision_facts *provision = place->provision;
    int32_t days = days_since(row->confirmed_at_ms, search->asked_at_ms);
    *result = (Pb__SearchResult){
        .base = PROTOBUF_C_MESSAGE_INIT(&pb__search_result__descriptor),
        .place_group_id = place->id_text,
        .place_group_name = place->name,
        .provision_id = provision->id_text,
        .provision_name = provision->name,
        .urn = provision->urn,
        .kind = provision->kind,
        .score = hit->score,
        .weekly_fee_pence = row->fee,
        .judgement = provision->judgement,
        .judged_on = provision->judged_on,
        .monitored_on = "",
        .free_places = hit->free_places,
        .vacancy_confirmed_at_ms = row->confirmed_at_ms,
        .vacancy_stale = days == INT32_MAX || (uint32_t)days > scan->root->stale_days,
        .local_authority = provision->local_authority,
        .town = provision->town,
        .generated = place->generated,
        .unverified = place->unverified,
    };
    if (hit->distance_m == DISTANCE_UNKNOWN)
        return;
    result->distance_m = hit->distance_m;
    result->distance_quality =
        row->quality > search->home_quality ? (Pb__PositionQuality)row->quality : search->home_quality;
}

enum code results_write(const struct scan *scan, const struct hits *hits, struct arena *arena,
                        Pb__SearchResponse *response)
{
    struct page *pages = arena_array(arena, struct page, hits->count);
    response->results = arena_array(arena, Pb__SearchResult *, hits->count);
    if (arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    response->n_results = hits->count;
    /* What is shown of a provision is far from what is scanned: ask for all of it before the first is used.
     */
    for (uint32_t i = 0; i < hits->count; i++)
        __builtin_prefetch(hits_at(hits, i)->band->rows[hits_at(hits, i)->row].place);
    for (uint32_t i = 0; i < hits->count; i++) {
        const struct hit *hit = hits_at(hits, i);
        const struct provision_facts *provision = hit->band->rows[hit->row].place->provision;
        __builtin_prefetch(&provision->name);
        __builtin_prefetch(&provision->generated);
    }
    for (uint32_t i = 0; i < hits->count; i++) {
        response->results[i] = &pages[i].result;
        write_result(scan, hits_at(hits, i), &pages[i].result);
        enum code code = write_marks(scan, hits_at(hits, i), arena, &pages[i]);
        if (code != CODE_OK)
            return code;
    }
    return CODE_OK;
}

enum code root_search_brief(const struct matching_root *root, const struct search *search, uint64_t rows_most,
                            struct arena *arena, Pb__SearchResponse *ret_response)
{
    struct hits hits;
    struct scan scan;
    Pb__SearchResponse response = *ret_response;
    scan_init(&scan, root, search);
    if (rows_most != UINT64_MAX && scan_rows(&scan) > rows_most)
        return CODE_UNAVAILABLE;
    hits_init(&hits, search);
    scan_all(&scan, &hits);
    response.total = (uint32_t)hits.total;
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        response.considered += search->kinds >> kind & 1u ? (uint32_t)root->counts[kind] : 0;
    if (hits.total < search->size && response.considered > rows_most)
        return CODE_UNAVAILABLE; /* near misses may look at all of them */
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

enum code root_search(const struct matching_root *root, const struct search *search, struct arena *arena,
                      Pb__SearchResponse *ret_response)
{
    return root_search_brief(root, search, UINT64_MAX, arena, ret_response);
}
