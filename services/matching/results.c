/* The answer: hits become results with every mark and its reason, and near misses where there are few (rules
 * X2, X3). In: a root and a search. Out: a response whose results lie in the arena and in the root, mostly
 * packed already: a result of its own has fewer than ten fields, and what is shown of a home is the same in
 * every search. */

#include "services/matching/index_inside.h"

/* A result, and what it is made of besides its own fields: packed, each begins with a field below 16. What a
 * message does not know it is packed with as it is; whoever reads it finds one message. */
enum part { PART_SHOWN, PART_MARKS, PART_COUNT };
struct page {
    Pb__SearchResult result;
    ProtobufCMessageUnknownField parts[PART_COUNT];
};

static ProtobufCMessageUnknownField part_of(struct span packed)
{
    return (ProtobufCMessageUnknownField){
        .tag = packed.data[0] >> 3,
        .wire_type = (ProtobufCWireType)(packed.data[0] & 7),
        .len = packed.size - 1,
        .data = (uint8_t *)(uintptr_t)packed.data + 1,
    };
}

/* Where marks are written. */
struct writer {
    const struct scan *scan;
    struct arena *arena;
    char *at, *end;
    struct reasons_alike alike;
};

enum { WRITER_ROOM = 8 * MARKS_BYTES_MAX }; /* asked for at one time: marks of twenty results, mostly */

static enum code make_room(struct writer *writer)
{
    if (writer->end - writer->at >= MARKS_BYTES_MAX)
        return CODE_OK;
    writer->at = arena_room(writer->arena, WRITER_ROOM);
    if (!writer->at)
        return CODE_RESOURCE_EXHAUSTED;
    writer->end = writer->at + WRITER_ROOM;
    return CODE_OK;
}

static enum code write_marks(struct writer *writer, const struct hit *hit, struct span *ret_packed)
{
    const struct scan *scan = writer->scan;
    const struct candidate candidate =
        scan_candidate(scan, hit->band, hit->row, hit->distance_m, hit->free_places);
    enum code code = make_room(writer);
    if (code != CODE_OK)
        return code;
    char *end = marks_write(scan->search, scan->root->stale_days, &candidate, &writer->alike, writer->at);
    *ret_packed = span_of(writer->at, (size_t)(end - writer->at));
    writer->at = end;
    return CODE_OK;
}

static enum code write_page(struct writer *writer, const struct hit *hit, struct page *page)
{
    static const Pb__SearchResult empty = PB__SEARCH_RESULT__INIT;
    const struct scan *scan = writer->scan;
    const struct search *search = scan->search;
    const struct row *row = &hit->band->rows[hit->row];
    const struct place *place = row->place;
    int32_t days = days_since(row->confirmed_at_ms, search->asked_at_ms);
    Pb__SearchResult *result = &page->result;
    struct span marks;
    enum code code = write_marks(writer, hit, &marks);
    if (code != CODE_OK)
        return code;
    *result = empty;
    result->score = hit->score;
    result->free_places = hit->free_places;
    result->vacancy_stale = days == INT32_MAX || (uint32_t)days > scan->root->stale_days;
    if (scan->root->concerns_known) {
        result->monitored_on = place->monitored_on;
        result->open_concerns = place->open_concerns;
        result->suspensions = place->suspensions;
    }
    if (hit->distance_m != DISTANCE_UNKNOWN) {
        result->distance_m = hit->distance_m;
        result->distance_quality =
            row->quality > search->home_quality ? (Pb__PositionQuality)row->quality : search->home_quality;
    }
    page->parts[PART_SHOWN] = part_of(place->shown);
    page->parts[PART_MARKS] = part_of(marks);
    result->base.n_unknown_fields = PART_COUNT;
    result->base.unknown_fields = page->parts;
    return CODE_OK;
}

enum code results_write(const struct scan *scan, const struct hits *hits, struct arena *arena,
                        Pb__SearchResponse *response)
{
    struct page *pages = arena_room(arena, hits->count * sizeof *pages);
    response->results = arena_array(arena, Pb__SearchResult *, hits->count);
    if (arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    response->n_results = hits->count;
    struct writer writer = {.scan = scan, .arena = arena};
    /* Asked for before the first is used; where it lies was asked for when the hits were kept. */
    for (uint32_t i = 0; i < hits->count; i++) {
        const struct hit *hit = hits_at(hits, i);
        struct span shown = hit->band->rows[hit->row].place->shown;
        for (size_t at = 0; at < shown.size; at += LINE_BYTES)
            __builtin_prefetch(shown.data + at);
    }
    for (uint32_t i = 0; i < hits->count; i++) {
        response->results[i] = &pages[i].result;
        enum code code = write_page(&writer, hits_at(hits, i), &pages[i]);
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
