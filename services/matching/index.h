#pragma once
/* The index of a worker: every place group that can be a result, in columns, by kind and by where it stands.
 *
 * One thread writes: it puts facts and publishes. What it publishes is a root: immutable, complete, and the
 * same whatever the order in which the facts came (rule X4). Any thread may acquire the newest root, search
 * it and release it; a root stays as it is for as long as it is held. All functions but root_acquire and
 * root_release of the same index belong to the writer; those of a root to whoever holds it. */

#include "services/matching/rules.h"

#include "common/base/arena.h"

struct matching_index;
struct matching_root;

/* An empty index, with an empty root published. RESOURCE_EXHAUSTED: out of memory. Caller destroys. */
enum code index_create(struct matching_index **ret_index);

/* No root may be held any more. Takes NULL. */
void index_destroy(struct matching_index *index);

/* Takes the present state of a record: a Provision, PlaceGroup, Vacancy, Provider, Region or
 * ProvisionQuality; others are no
 * concern of the index and change nothing. Texts are copied. Nothing is seen by searches before
 * index_publish. INVALID_ARGUMENT: its id is no UUID. RESOURCE_EXHAUSTED: out of memory. The record's old
 * state then stays. */
enum code index_put(struct matching_index *index, const ProtobufCMessage *record);

/* The record of that type and key (its 16 bytes) is no more. One that is not there changes nothing.
 * RESOURCE_EXHAUSTED: nothing is changed. */
enum code index_remove(struct matching_index *index, const ProtobufCMessageDescriptor *type, struct span key);

/* Forgets every fact of the registry, or all that monitoring said; the published root stays until the next is
 * published. RESOURCE_EXHAUSTED: nothing is changed. */
enum code index_clear(struct matching_index *index);
void index_clear_quality(struct matching_index *index);

/* Is monitoring read, so that no record of a provision means no concern? Not at first; from the next root on.
 */
void index_know_concerns(struct matching_index *index, bool known);

/* Publishes what was put since the last time. RESOURCE_EXHAUSTED: the old root stays, what was put is kept,
 * and the call may be made again. */
enum code index_publish(struct matching_index *index);

/* Holds the newest root. Any thread. */
const struct matching_root *root_acquire(struct matching_index *index);
void root_release(struct matching_index *index, const struct matching_root *root);

/* Place groups in it. */
uint64_t root_places(const struct matching_root *root);

/* The region holds generated records. */
bool root_is_demonstration(const struct matching_root *root);

/* Answers a search that was read and located (rules X1 to X4). Fills `results`, `total`, `near_misses`,
 * `home`, `home_quality`, `considered`, `demonstration` and `concerns_known` of an initialized response;
 * positions and age are the caller's. The response is made to be packed: most of a result is packed already,
 * as fields that it does not know, and is read once it was unpacked. What it holds lies in `arena` and in the
 * root: both must last as long as it is used. RESOURCE_EXHAUSTED: the arena is full. */
enum code root_search(const struct matching_root *root, const struct search *search, struct arena *arena,
                      Pb__SearchResponse *ret_response);

/* The same, but where it would have to look at more than `rows_most` rows: UNAVAILABLE, soon. */
enum code root_search_brief(const struct matching_root *root, const struct search *search, uint64_t rows_most,
                            struct arena *arena, Pb__SearchResponse *ret_response);
