/* What a command has written so far, held aside: a list in the order of writing and, once it is long, a hash
 * table over it.
 *
 * In: writes. Out: the write that a point read must see. All memory is the command's arena's, and is
 * forgotten with it. Nothing here touches LMDB. */

#include "common/store/internal.h"

enum { SLOTS_FIRST = 32, LIST_MAX = 6 /* writes that are looked through one by one */ };

/* FNV-1a: the keys are our own or hashed already, and a table lives for one command. */
static uint64_t hash_of(MDB_dbi dbi, struct span key)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ dbi;
    for (size_t i = 0; i < key.size; i++)
        hash = (hash ^ key.data[i]) * UINT64_C(1099511628211);
    return hash ^ hash >> 29;
}

static bool is_of(const struct pending *write, MDB_dbi dbi, struct span key)
{
    return write->dbi == dbi && span_equal(write->key, key);
}

/* The slot that holds this key, or the empty one where it belongs. There is always an empty one. */
static struct pending **slot_of(struct pending **slots, size_t count, MDB_dbi dbi, struct span key)
{
    size_t at = (size_t)hash_of(dbi, key) & (count - 1);
    while (slots[at] && !is_of(slots[at], dbi, key))
        at = (at + 1) & (count - 1);
    return &slots[at];
}

struct pending *overlay_find(const struct command *command, MDB_dbi dbi, struct span key)
{
    if (command->slot_count)
        return *slot_of(command->slots, command->slot_count, dbi, key);
    struct pending *write = command->first;
    while (write && !is_of(write, dbi, key))
        write = write->next;
    return write;
}

/* Keeps at least half of the slots empty. */
static bool slots_grow(struct command *command)
{
    if (command->pending_count < LIST_MAX || command->pending_count * 2 < command->slot_count)
        return true;
    size_t count = command->slot_count ? command->slot_count * 2 : SLOTS_FIRST;
    struct pending **slots = arena_array(command->arena, struct pending *, count);
    if (!slots)
        return false;
    for (struct pending *write = command->first; write; write = write->next)
        *slot_of(slots, count, write->dbi, write->key) = write;
    command->slots = slots;
    command->slot_count = count;
    return true;
}

enum code overlay_write(struct store_txn *txn, const struct pending *write)
{
    enum code code = txn_error(txn);
    if (code)
        return code;
    struct command *command = &txn->command;
    struct pending *before = overlay_find(command, write->dbi, write->key);
    if (before) {
        before->value = write->value;
        before->deletes = write->deletes;
        return CODE_OK;
    }
    if (!slots_grow(command))
        return txn_no_memory(txn);
    struct pending *added = arena_new(command->arena, struct pending);
    struct span key = arena_copy(command->arena, write->key);
    if (!added || !key.data)
        return txn_no_memory(txn);
    *added = *write;
    added->key = key;
    added->next = NULL;
    if (command->last)
        command->last->next = added;
    else
        command->first = added;
    command->last = added;
    command->pending_count++;
    if (command->slot_count)
        *slot_of(command->slots, command->slot_count, added->dbi, added->key) = added;
    return CODE_OK;
}
