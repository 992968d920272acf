/* The clients' promises.
 *
 * In: commands as they are given and answered. Out: what must be true of the store. A code tells the fate:
 * what client.h calls unknown is unknown, every other refusal means that nothing was done. */

#include "common/base/limits.h"
#include "common/wire/wire.h"
#include "tests/sim/parts.h"

#include "ccrag/v1/types.pb-c.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

struct promises *promises_create(void)
{
    struct promises *promises = calloc(1, sizeof *promises);
    assert(promises);
    return promises;
}

void promises_forget(struct known *known, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        protobuf_c_message_free_unpacked(known[i].record, NULL);
}

void promises_destroy(struct promises *promises)
{
    if (!promises)
        return;
    for (unsigned i = 0; i < promises->order_count; i++)
        free(promises->orders[i]);
    promises_forget(promises->known, promises->known_count);
    promises_forget(promises->in_copy, promises->in_copy_count);
    free(promises);
}

struct order *promises_open(struct promises *promises, const struct part *part, const struct order_kind *kind,
                            struct load *load)
{
    if (promises->order_count == ORDERS_MAX || promises->known_count == KNOWN_MAX)
        return NULL;
    struct order *order = calloc(1, sizeof *order);
    assert(order);
    order->number = promises->order_count;
    order->part = part;
    order->kind = kind;
    order->load = load;
    snprintf(order->tag, sizeof order->tag, "t-%u", order->number);
    promises->orders[promises->order_count++] = order;
    return order;
}

void promises_lose(struct promises *promises, const struct load *load)
{
    for (unsigned i = 0; i < promises->order_count; i++)
        if (promises->orders[i]->load == load && promises->orders[i]->fate == FATE_OPEN) {
            promises->orders[i]->fate = FATE_UNKNOWN;
            promises->orders[i]->load = NULL;
        }
}

void promises_digest(const ProtobufCMessage *record, uint8_t ret_digest[32])
{
    struct arena arena;
    arena_init(&arena, FRAME_BYTES_MAX);
    struct span packed = wire_pack(record, &arena);
    assert(packed.data);
    crypto_generichash(ret_digest, 32, packed.data, packed.size, NULL, 0);
    arena_finish(&arena);
}

static const Pb__RecordMeta *meta_of_record(const ProtobufCMessage *record)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(record->descriptor, "meta");
    return field ? *(Pb__RecordMeta *const *)(const void *)((const uint8_t *)record + field->offset) : NULL;
}

/* The record that a response brings; NULL: none. */
static const ProtobufCMessage *record_in(const ProtobufCMessage *response)
{
    for (unsigned i = 0; i < response->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &response->descriptor->fields[i];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->label == PROTOBUF_C_LABEL_REPEATED)
            continue;
        const ProtobufCMessage *inner =
            *(ProtobufCMessage *const *)(const void *)((const uint8_t *)response + field->offset);
        if (inner && meta_of_record(inner))
            return inner;
    }
    return NULL;
}

static const struct table *table_of(const struct part *part, const ProtobufCMessage *record)
{
    const struct table *const *table = part->tables;
    while (*table && (*table)->type != record->descriptor)
        table++;
    assert(*table);
    return *table;
}

struct known *promises_find(struct promises *promises, const struct table *table, const char *id)
{
    for (unsigned i = 0; i < promises->known_count; i++)
        if (promises->known[i].table == table && strcmp(promises->known[i].id, id) == 0)
            return &promises->known[i];
    return NULL;
}

/* Its identifier is its first field. */
static const char *id_of(const ProtobufCMessage *record)
{
    return *(const char *const *)(const void *)((const uint8_t *)record +
                                                record->descriptor->fields[0].offset);
}

void promises_know(struct promises *promises, const struct table *table, const ProtobufCMessage *record)
{
    uint64_t version = meta_of_record(record)->version;
    struct known *known = promises_find(promises, table, id_of(record));
    if (!known) {
        assert(promises->known_count < KNOWN_MAX);
        known = &promises->known[promises->known_count++];
        *known = (struct known){.table = table};
        snprintf(known->id, sizeof known->id, "%s", id_of(record));
    }
    if (known->version >= version)
        return;
    size_t size = protobuf_c_message_get_packed_size(record);
    uint8_t *packed = malloc(size + 1);
    assert(packed);
    protobuf_c_message_pack(record, packed);
    protobuf_c_message_free_unpacked(known->record, NULL);
    known->record = protobuf_c_message_unpack(record->descriptor, NULL, size, packed);
    known->version = version;
    free(packed);
}

static void learn(struct promises *promises, struct order *order, const ProtobufCMessage *record)
{
    order->table = table_of(order->part, record);
    order->version = meta_of_record(record)->version;
    snprintf(order->id, sizeof order->id, "%s", id_of(record));
    promises_digest(record, order->digest);
    promises_know(promises, order->table, record);
}

static enum fate fate_of(enum code code)
{
    switch (code) {
    case CODE_OK:
        return FATE_DONE;
    case CODE_UNKNOWN:
    case CODE_DEADLINE_EXCEEDED:
    case CODE_CANCELLED:
    case CODE_INTERNAL:
    case CODE_DATA_LOSS:
        return FATE_UNKNOWN;
    case CODE_INVALID_ARGUMENT:
    case CODE_NOT_FOUND:
    case CODE_ALREADY_EXISTS:
    case CODE_PERMISSION_DENIED:
    case CODE_RESOURCE_EXHAUSTED:
    case CODE_FAILED_PRECONDITION:
    case CODE_ABORTED:
    case CODE_OUT_OF_RANGE:
    case CODE_UNIMPLEMENTED:
    case CODE_UNAVAILABLE:
    case CODE_UNAUTHENTICATED:
        return FATE_REFUSED;
    }
    return FATE_UNKNOWN;
}

/* Since the last restore of a part's service; 0: there was none. */
static uint64_t epoch_since(const struct promises *promises, const struct part *part)
{
    unsigned i = 0;
    if (part == &registry_part)
        return promises->epoch;
    while (promises->others[i].part && promises->others[i].part != part)
        i++;
    return promises->others[i].epoch;
}

void promises_close(struct sim *sim, struct order *order, const struct client_answer *answer)
{
    struct promises *promises = sim->promises;
    order->code = answer->fault.code;
    order->fate = fate_of(answer->fault.code);
    if (order->code == CODE_RESOURCE_EXHAUSTED)
        sim_count(sim, SIM_FULL);
    order->position = (struct position){answer->position.epoch, answer->position.sequence};
    sim_trace(sim, 0, "order", order->number, span_of(&order->code, sizeof order->code));
    if (order->kind->told)
        order->kind->told(sim, order);
    if (order->fate != FATE_DONE)
        return;
    struct known *ended = order->kind->ends ? promises_find(promises, order->kind->ends, order->id) : NULL;
    if (ended)
        ended->deleted = true;
    const ProtobufCMessage *record = answer->response ? record_in(answer->response) : NULL;
    uint64_t epoch = epoch_since(promises, order->part);
    /* An answer that comes from before a restore speaks of what may be gone. (What was erased is.) */
    if (epoch && order->position.epoch != epoch && !order->kind->erases)
        order->fate = FATE_LOST;
    else if (record)
        learn(promises, order, record);
}

const struct known *promises_pick(struct sim *sim, const struct table *table)
{
    const struct known *found = NULL;
    unsigned seen = 0;
    for (unsigned i = 0; i < sim->promises->known_count; i++) {
        const struct known *known = &sim->promises->known[i];
        if (known->table == table && !known->deleted && sim_random_next(&sim->random) % ++seen == 0)
            found = known;
    }
    return found;
}
