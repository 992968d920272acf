/* The answer: hits become results with every mark and its reason, and near misses where there are few (rules
 * X2, X3). In: a root and a search. Out: a response whose texts lie in the arena or in the root. */

#include "services/matching/index_inside.h"

/* What a result is made of but its texts. */
struct page {
    Pb__SearchResult result;
    Pb__Mark marks[MARK_COUNT];
    Pb__Mark *pointers[MARK_COUNT];
};

/* Where the answer is written. */
struct writer {
    const struct scan *scan;
    struct arena *arena;
    char *text, *text_end;      /* room for reasons */
    Pb__Mark marks[MARK_COUNT]; /* what is the same in every result */
    struct reasons_alike alike;
};

enum { TEXT_ROOM = 4096 }; /* asked for at one time: reasons of twenty results, mostly */

static_assert(TEXT_ROOM >= MARK_COUNT * REASON_BYTES_MAX, "a result's reasons have room");

static void writer_init(struct writer *writer, const struct scan *scan, struct arena *arena)
{
    writer->scan = scan;
    writer->arena = arena;
    writer->text = writer->text_end = NULL;
    writer->alike = (struct reasons_alike){0};
    for (unsigned mark = 0; mark < MARK_COUNT; mark++)
        writer->marks[mark] = (Pb__Mark){
            .base = PROTOBUF_C_MESSAGE_INIT(&pb__mark__descriptor),
            .criterion = mark_criterion((enum mark)mark),
            .weight = scan->search->weights[mark],
        };
}

/* Room for the reasons of one more result. */
static enum code make_room(struct writer *writer)
{
    if (writer->text && writer->text_end - writer->text >= MARK_COUNT * REASON_BYTES_MAX)
        return CODE_OK;
    writer->text = arena_alloc(writer->arena, TEXT_ROOM);
    if (!writer->text)
        return CODE_RESOURCE_EXHAUSTED;
    writer->text_end = writer->text + TEXT_ROOM;
    return CODE_OK;
}

static enum code write_marks(struct writer *writer, const struct hit *hit, struct page *page)
{
    const struct scan *scan = writer->scan;
    struct candidate candidate = scan_candidate(scan, hit->band, hit->row, hit->distance_m, hit->free_places);
    const char *judged = hit->band->rows[hit->row].place->provision->judged, *reasons[MARK_COUNT];
    uint32_t values[MARK_COUNT];
    enum code code = make_room(writer);
    if (code != CODE_OK)
        return code;
    writer->text = reasons_write(scan->search, scan->root->stale_days, &candidate, judged, &writer->alike,
                                 writer->text, reasons);
    marks_of(scan->search, scan->root->stale_days, &candidate, values);
    for (unsigned mark = 0; mark < MARK_COUNT; mark++) {
        page->marks[mark] = writer->marks[mark];
        page->marks[mark].mark = values[mark];
        page->marks[mark].reason = reasons[mark];
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
        .monitored_on = scan->root->concerns_known ? place->monitored_on : "",
        .open_concerns = scan->root->concerns_known ? place->open_concerns : 0,
        .suspensions = scan->root->concerns_known ? place->suspensions : 0,
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
    struct writer writer;
    writer_init(&writer, scan, arena);
    /* What is shown of a provision is far from what is scanned: ask for all of it before the first is used.
     * The places were asked for when the hits were kept. */
    for (uint32_t i = 0; i < hits->count; i++) {
        const struct hit *hit = hits_at(hits, i);
        const struct provision_facts *provision = hit->band->rows[hit->row].place->provision;
        __builtin_prefetch(&provision->name);
        __builtin_prefetch(&provision->generated);
    }
    for (uint32_t i = 0; i < hits->count; i++) {
        response->results[i] = &pages[i].result;
        write_result(scan, hits_at(hits, i), &pages[i].result);
        enum code code = write_marks(&writer, hits_at(hits, i), &pages[i]);
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
    response.concerns_known = root->concerns_known;
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
