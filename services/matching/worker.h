#pragma once
/* A worker: its index and postcodes, and the searches under way. It belongs to the loop; a search itself runs
 * on a thread of the search pool, on a root that it holds. */

#include "common/service/service.h"
#include "services/matching/index.h"
#include "services/matching/members.h"

struct worker_job;

/* What is followed. Without monitoring, or while it is not read, searches are answered all the same, and say
 * that concerns are not known. */
enum matching_source { SOURCE_REGISTRY, SOURCE_MONITORING, SOURCE_COUNT };
extern const char *const matching_sources[SOURCE_COUNT]; /* as positions name them */
/* SOURCE_COUNT: matching follows no such service. */
enum matching_source matching_source_of(const char *service);

/* A position of each source; epoch 0: nothing is known of it. */
struct positions {
    struct position of[SOURCE_COUNT];
};
/* As a message names them: those of epoch 0, and of other services, are left out. The last of a service
 * counts. NULL past the arena's limit. */
struct positions positions_read(Pb__ServicePosition *const *named, size_t count);
Pb__ServicePosition **positions_name(const struct positions *positions, struct arena *arena,
                                     size_t *ret_count);
/* Is each source of `least` read so far, in the same epoch? */
bool positions_reach(const struct positions *read, const struct positions *least);

/* What the index has of a source and the store has not (yet): nothing of it is published. */
struct ahead {
    bool all; /* it was begun anew */
    struct arena names;
    struct touched *first; /* records that a batch put or took out; in `names` */
    uint64_t sequence;     /* of the newest entry about one of them */
};

struct worker {
    struct service *service;
    struct matching_index *index;
    struct postcodes {
        uint8_t *bytes; /* owned; NULL: none */
        struct postcode_table table;
        uint8_t digest[32]; /* of `bytes` */
        uint64_t wanted;    /* version of the list that the source has; 0: none */
        bool current;       /* the one held is that one */
        uint64_t writing;   /* version under which the own store is taking it */
        uint32_t next_chunk;
        bool fetching;
    } postcodes;
    unsigned busy; /* searches under way */
    uint64_t answered;
    struct cursor cursors[SOURCE_COUNT]; /* of what is published; zeros: nothing is known of that source */
    struct ahead ahead[SOURCE_COUNT];
    struct members members;
    bool unpublished;   /* more was put since */
    int64_t publish_us; /* not before, while it reads its first facts */
    struct worker_job *unused;
};

/* What came of a search: on the loop. `packed` (a SearchResponse) is valid during the call. */
typedef void (*worker_done)(void *context, uint64_t search, enum code code, const struct fault *fault,
                            struct span packed);

/* Makes the index from the store, and loads the postcodes that it has. DATA_LOSS, RESOURCE_EXHAUSTED: nothing
 * is to be finished. */
enum code worker_init(struct worker *worker, struct service *service, struct fault *ret_fault);

/* Puts what the store has in these tables into the index. */
enum code worker_read_store(struct worker *worker, const struct table *const *tables);

/* Before the index takes a record of a batch, or is begun anew with it; once the batch is committed. */
void ahead_init(struct worker *worker);
void ahead_finish(struct worker *worker);
void ahead_note(struct worker *worker, enum matching_source source, const struct table *table,
                const Pb__JournalEntry *entry);
void ahead_note_all(struct worker *worker, enum matching_source source);
void ahead_settled(struct worker *worker, enum matching_source source);
/* Outside batches: what the index has of one that failed goes out again. False: it cannot be told now what
 * the store has. */
bool ahead_take_back(struct worker *worker, enum matching_source source);

/* Waits for the searches under way. A worker that was never made (no index) may be finished. */
void worker_finish(struct worker *worker);

/* Publishes what was put into the index, at the cursors the store now has. While the first facts are read,
 * or it cannot be told what the store has, that is put off for a while: call it again for as long as
 * `unpublished` is set. */
enum code worker_publish(struct worker *worker);

/* Where what is published stands. */
struct positions worker_positions(const struct worker *worker);

/* May it answer: is all of the registry read, and the first list of postcodes there where the source has one?
 */
bool worker_is_ready(const struct worker *worker);

/* Begins a search of that LA's ("": whose does not matter). INVALID_ARGUMENT: field and reason; UNAVAILABLE:
 * not ready, or not as far on as is asked; PERMISSION_DENIED: no active member; RESOURCE_EXHAUSTED: it has as
 * many as it takes. Then `done` is not called. */
enum code worker_search(struct worker *worker, uint64_t search, const char *authority,
                        const Pb__SearchRequest *request, worker_done done, void *context,
                        struct fault *ret_fault);

/* Answers one at once, on the loop, where that takes no longer than handing it to a thread would: a search
 * that was read and looks at `rows_most` rows at most. UNAVAILABLE: it is not such a one, or the worker is
 * not ready; PERMISSION_DENIED as worker_search. The answer lies in `arena` and in the newest root: pack it
 * before anything else is done. */
enum code worker_search_brief(struct worker *worker, const char *authority, struct search *search,
                              uint64_t rows_most, struct arena *arena, Pb__SearchResponse *ret_response,
                              struct fault *ret_fault);

/* As it stands: everything but the name. Texts are static, the rest is in `arena`; NULL past its limit. */
Pb__Worker *worker_state(const struct worker *worker, struct arena *arena);
