/* The writer's facts: providers, their provisions, the groups of places there, what is free, what monitoring
 * says. They come in
 * any order, also a group before its provision: what is referred to and not there yet has an empty node. In:
 * records. Out: groups that publishing must look at again (index_publish.c). */

#include "services/matching/index_inside.h"

#include "ccrag/v1/authorities.pb-c.h"

#include <stdlib.h>

void group_changed(struct matching_index *index, struct group_node *group)
{
    if (group->changed)
        return;
    group->changed = true;
    group->changed_next = index->changed;
    index->changed = group;
}

static void provision_changed(struct matching_index *index, struct provision_node *provision)
{
    for (struct group_node *group = provision->groups; group; group = group->next)
        group_changed(index, group);
}

/* The node of that identity, made when absent; NULL out of memory. */
static void *node_of(struct uuid_map *map, const struct uuid *id, size_t size)
{
    struct uuid *node = uuid_map_find(map, id);
    if (node)
        return node;
    node = calloc(1, size);
    if (!node)
        return NULL;
    *node = *id;
    if (uuid_map_add(map, node) == CODE_OK)
        return node;
    free(node);
    return NULL;
}

static struct group_node *group_of(struct matching_index *index, const struct uuid *id)
{
    return node_of(&index->groups, id, sizeof(struct group_node));
}

static struct provision_node *provision_of(struct matching_index *index, const struct uuid *id)
{
    return node_of(&index->provisions, id, sizeof(struct provision_node));
}

static struct provider_node *provider_of(struct matching_index *index, const struct uuid *id)
{
    return node_of(&index->providers, id, sizeof(struct provider_node));
}

static void join_provision(struct group_node *group, struct provision_node *provision)
{
    if (group->provision == provision)
        return;
    if (group->link) {
        *group->link = group->next;
        if (group->next)
            group->next->link = group->link;
    }
    group->provision = provision;
    group->next = NULL;
    group->link = NULL;
    if (!provision)
        return;
    group->next = provision->groups;
    group->link = &provision->groups;
    if (group->next)
        group->next->link = &group->next;
    provision->groups = group;
}

static void join_provider(struct provision_node *provision, struct provider_node *provider)
{
    if (provision->provider == provider)
        return;
    if (provision->link) {
        *provision->link = provision->next;
        if (provision->next)
            provision->next->link = provision->link;
    }
    provision->provider = provider;
    provision->next = NULL;
    provision->link = NULL;
    if (!provider)
        return;
    provision->next = provider->provisions;
    provision->link = &provider->provisions;
    if (provision->next)
        provision->next->link = &provision->next;
    provider->provisions = provision;
}

static enum code put_provider(struct matching_index *index, const Pb__Provider *record)
{
    struct uuid id;
    if (!uuid_parse(record->id, &id))
        return CODE_INVALID_ARGUMENT;
    struct provider_node *provider = provider_of(index, &id);
    if (!provider)
        return CODE_RESOURCE_EXHAUSTED;
    if (provider->state == record->state)
        return CODE_OK;
    provider->state = record->state;
    for (struct provision_node *provision = provider->provisions; provision; provision = provision->next)
        provision_changed(index, provision);
    return CODE_OK;
}

static enum code put_provision(struct matching_index *index, const Pb__Provision *record)
{
    struct uuid id, provider_id;
    struct provider_node *provider = NULL;
    if (!uuid_parse(record->id, &id))
        return CODE_INVALID_ARGUMENT;
    if (record->provider_id[0]) {
        if (!uuid_parse(record->provider_id, &provider_id))
            return CODE_INVALID_ARGUMENT;
        if (!(provider = provider_of(index, &provider_id)))
            return CODE_RESOURCE_EXHAUSTED;
    }
    if (index_retire_room(index, 1) != CODE_OK)
        return CODE_RESOURCE_EXHAUSTED;
    struct provision_facts *facts = provision_facts_make(record, &id);
    struct provision_node *provision = facts ? provision_of(index, &id) : NULL;
    if (!provision) {
        free(facts);
        return CODE_RESOURCE_EXHAUSTED;
    }
    index_retire(index, provision->facts);
    provision->facts = facts;
    join_provider(provision, provider);
    provision_changed(index, provision);
    return CODE_OK;
}

static enum code put_group(struct matching_index *index, const Pb__PlaceGroup *record)
{
    struct uuid id, provision_id;
    if (!uuid_parse(record->id, &id) || !uuid_parse(record->provision_id, &provision_id))
        return CODE_INVALID_ARGUMENT;
    struct provision_node *provision = provision_of(index, &provision_id);
    struct group_facts *copy = provision ? group_facts_make(record) : NULL;
    struct group_node *group = copy ? group_of(index, &id) : NULL;
    if (!group) {
        free(copy);
        return CODE_RESOURCE_EXHAUSTED;
    }
    free(group->group);
    group->group = copy;
    group->generated = record->meta && record->meta->generated;
    join_provision(group, provision);
    group_changed(index, group);
    return CODE_OK;
}

static enum code put_vacancy(struct matching_index *index, const Pb__Vacancy *record)
{
    struct uuid id;
    if (!uuid_parse(record->id, &id))
        return CODE_INVALID_ARGUMENT;
    struct period *periods = malloc((record->n_free + 1) * sizeof *periods);
    struct group_node *group = periods ? group_of(index, &id) : NULL;
    if (!group) {
        free(periods);
        return CODE_RESOURCE_EXHAUSTED;
    }
    free(group->periods);
    group->periods = periods;
    group->period_count = (uint32_t)periods_read(record, periods);
    group->confirmed_at_ms = record->confirmed_at_ms > 0 ? record->confirmed_at_ms : 0;
    group_changed(index, group);
    return CODE_OK;
}

static enum code put_quality(struct matching_index *index, const Pb__ProvisionQuality *record)
{
    struct uuid id;
    struct date on;
    if (!uuid_parse(record->provision_id, &id))
        return CODE_INVALID_ARGUMENT;
    struct provision_node *provision = provision_of(index, &id);
    if (!provision)
        return CODE_RESOURCE_EXHAUSTED;
    provision->quality = (struct quality){.concern = concern_of(record),
                                          .open_concerns = record->open_concerns,
                                          .suspensions = record->suspensions};
    if (date_parse(record->visited_on, &on, NULL) == CODE_OK)
        date_print(on, provision->quality.monitored_on);
    provision_changed(index, provision);
    return CODE_OK;
}

enum code index_put(struct matching_index *index, const ProtobufCMessage *record)
{
    const void *message = record;
    if (record->descriptor == &pb__vacancy__descriptor)
        return put_vacancy(index, message);
    if (record->descriptor == &pb__place_group__descriptor)
        return put_group(index, message);
    if (record->descriptor == &pb__provision__descriptor)
        return put_provision(index, message);
    if (record->descriptor == &pb__provider__descriptor)
        return put_provider(index, message);
    if (record->descriptor == &pb__provision_quality__descriptor)
        return put_quality(index, message);
    if (record->descriptor == &pb__region__descriptor) {
        const Pb__Region *region = message;
        index->stale_days = region->vacancy_stale_days ? region->vacancy_stale_days : VACANCY_STALE_DAYS;
        index->demonstration = region->demonstration;
    }
    return CODE_OK;
}

static enum code remove_provision(struct matching_index *index, const struct uuid *id)
{
    struct provision_node *provision = uuid_map_find(&index->provisions, id);
    if (!provision)
        return CODE_OK;
    if (index_retire_room(index, 1) != CODE_OK)
        return CODE_RESOURCE_EXHAUSTED;
    index_retire(index, provision->facts);
    provision->facts = NULL;
    join_provider(provision, NULL);
    provision_changed(index, provision);
    return CODE_OK;
}

static void remove_group(struct matching_index *index, const struct uuid *id, bool vacancy)
{
    struct group_node *group = uuid_map_find(&index->groups, id);
    if (!group)
        return;
    if (vacancy) {
        free(group->periods);
        group->periods = NULL;
        group->period_count = 0;
        group->confirmed_at_ms = 0;
    } else {
        free(group->group);
        group->group = NULL;
        join_provision(group, NULL);
    }
    group_changed(index, group);
}

static void remove_provider(struct matching_index *index, const struct uuid *id)
{
    struct provider_node *provider = uuid_map_find(&index->providers, id);
    if (!provider)
        return;
    provider->state = PB__PROVIDER_STATE__PROVIDER_STATE_UNSPECIFIED;
    for (struct provision_node *provision = provider->provisions; provision; provision = provision->next)
        provision_changed(index, provision);
}

static void remove_quality(struct matching_index *index, const struct uuid *id)
{
    struct provision_node *provision = uuid_map_find(&index->provisions, id);
    if (!provision)
        return;
    provision->quality = (struct quality){0};
    provision_changed(index, provision);
}

enum code index_remove(struct matching_index *index, const ProtobufCMessageDescriptor *type, struct span key)
{
    struct uuid id;
    if (type == &pb__region__descriptor) {
        index->stale_days = VACANCY_STALE_DAYS;
        index->demonstration = false;
    }
    if (key.size != UUID_BYTES)
        return CODE_OK;
    memcpy(id.bytes, key.data, UUID_BYTES);
    if (type == &pb__vacancy__descriptor || type == &pb__place_group__descriptor)
        remove_group(index, &id, type == &pb__vacancy__descriptor);
    else if (type == &pb__provision__descriptor)
        return remove_provision(index, &id);
    else if (type == &pb__provider__descriptor)
        remove_provider(index, &id);
    else if (type == &pb__provision_quality__descriptor)
        remove_quality(index, &id);
    return CODE_OK;
}
