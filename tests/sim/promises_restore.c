/* The promises when the registry's store is copied, and when a copy takes its place.
 *
 * In: the instant of the copy. Out: which acknowledged commands must be there after the restore, which it may
 * have lost; what clients know is what the copy has. */

#include "tests/sim/parts.h"

#include <assert.h>
#include <stdlib.h>

static void copy_known(struct known *to, const struct known *from, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        size_t size = protobuf_c_message_get_packed_size(from[i].record);
        uint8_t *packed = malloc(size + 1);
        assert(packed);
        protobuf_c_message_pack(from[i].record, packed);
        to[i] = from[i];
        to[i].record = protobuf_c_message_unpack(from[i].record->descriptor, NULL, size, packed);
        free(packed);
    }
}

bool promises_erased(const struct order *order)
{
    return order->kind->erases && order->fate == FATE_DONE;
}

static bool is_of(const struct part *part, const struct table *table)
{
    const struct table *const *at = part->tables;
    while (*at && *at != table)
        at++;
    return *at != NULL;
}

/* A restore of the registry says nothing of what others keep. */
static bool is_of_registry(const struct table *table)
{
    return is_of(&registry_part, table);
}

void promises_copied(struct promises *promises)
{
    for (unsigned i = 0; i < promises->order_count; i++)
        promises->orders[i]->in_copy = promises->orders[i]->fate != FATE_OPEN;
    promises_forget(promises->in_copy, promises->in_copy_count);
    promises->in_copy_count = 0;
    for (unsigned i = 0; i < promises->known_count; i++)
        if (is_of_registry(promises->known[i].table))
            copy_known(&promises->in_copy[promises->in_copy_count++], &promises->known[i], 1);
}

/* What clients know is what the copy has. */
static void put_back_known(struct promises *promises)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < promises->known_count; i++)
        if (is_of_registry(promises->known[i].table))
            promises_forget(&promises->known[i], 1);
        else
            promises->known[kept++] = promises->known[i];
    assert(kept + promises->in_copy_count <= KNOWN_MAX);
    copy_known(&promises->known[kept], promises->in_copy, promises->in_copy_count);
    promises->known_count = kept + promises->in_copy_count;
    for (unsigned i = 0; i < promises->order_count; i++) {
        const struct order *order = promises->orders[i];
        struct known *ended =
            promises_erased(order) ? promises_find(promises, order->kind->ends, order->id) : NULL;
        if (ended)
            ended->deleted = true;
    }
}

static bool is_in_copy(const struct promises *promises, const struct order *order)
{
    for (unsigned i = 0; i < promises->in_copy_count; i++)
        if (promises->in_copy[i].table == order->kind->ends &&
            strcmp(promises->in_copy[i].id, order->id) == 0)
            return true;
    return false;
}

/* Was it acknowledged with what the copy has? What is in no journal moves no position. */
static bool is_before(const struct order *order, struct position copy)
{
    if (order->fate != FATE_DONE || order->position.epoch != copy.epoch)
        return false;
    return order->position.sequence < copy.sequence ||
           (order->position.sequence == copy.sequence && order->table && order->table->flags & TABLE_JOURNAL);
}

void promises_restored(struct sim *sim, struct position copy, uint64_t epoch)
{
    struct promises *promises = sim->promises;
    for (unsigned i = 0; i < promises->order_count; i++) {
        struct order *order = promises->orders[i];
        bool kept = order->in_copy || is_before(order, copy);
        if (promises_erased(order) && !order->in_copy && is_in_copy(promises, order))
            sim_count(sim, SIM_ERASED_AGAIN);
        if (order->part != &registry_part || kept || order->kind->erases ||
            (order->fate != FATE_DONE && order->fate != FATE_REFUSED))
            continue;
        if (order->fate == FATE_DONE)
            sim_count(sim, SIM_LOST);
        order->fate = FATE_LOST;
    }
    put_back_known(promises);
    promises->epoch = epoch;
}

static void forget_known(struct promises *promises, const struct part *part)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < promises->known_count; i++)
        if (is_of(part, promises->known[i].table))
            promises_forget(&promises->known[i], 1);
        else
            promises->known[kept++] = promises->known[i];
    promises->known_count = kept;
}

void promises_restored_other(struct sim *sim, const struct part *part, uint64_t epoch)
{
    struct promises *promises = sim->promises;
    for (unsigned i = 0; i < promises->order_count; i++) {
        struct order *order = promises->orders[i];
        if (order->part == part && (order->fate == FATE_DONE || order->fate == FATE_REFUSED))
            order->fate = FATE_LOST;
    }
    forget_known(promises, part);
    unsigned which = 0;
    while (promises->others[which].part && promises->others[which].part != part)
        which++;
    assert(which < PARTS_MAX - 1);
    promises->others[which].part = part;
    promises->others[which].epoch = epoch;
}
