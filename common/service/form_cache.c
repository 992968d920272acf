/* Forms that were read lately. In: identifiers. Out: forms, from here where the record is still the one that
 * was read, else from the store. What is kept is known by its stamp (record_stamp_get), so that nothing has
 * to be taken out when a form is changed, a command undone or a store restored: it is not found any more. */

#include "common/service/form_cache.h"

#include "common/service/form_keeping.h"
#include "common/service/handling.h"
#include "common/service/internal.h"

enum { LENGTH_BYTES_MAX = 5 };

static struct kept_form *find(struct form_cache *cache, const struct record_stamp *stamp)
{
    for (size_t i = 0; i < FORMS_KEPT_MAX; i++)
        if (cache->kept[i].used && memcmp(&cache->kept[i].stamp, stamp, sizeof *stamp) == 0)
            return &cache->kept[i];
    return NULL;
}

static void forget(struct kept_form *kept)
{
    if (kept->used)
        arena_finish(&kept->arena);
    *kept = (struct kept_form){0};
}

/* An empty place, else the one that was used longest ago; not one whose form the command has in hand. NULL:
 * none.
 */
static struct kept_form *place_for(struct form_cache *cache, const struct command *command)
{
    struct kept_form *place = NULL;
    for (size_t i = 0; i < FORMS_KEPT_MAX; i++) {
        struct kept_form *kept = &cache->kept[i];
        if ((!kept->used || kept->user != command) && (!place || kept->used < place->used))
            place = kept;
    }
    return place;
}

/* A protobuf varint, and what follows. */
static bool head_length(struct span packed, struct kept_form *place)
{
    uint8_t *bytes = arena_alloc(&place->arena, packed.size + LENGTH_BYTES_MAX);
    size_t size = 0;
    if (!bytes)
        return false;
    for (size_t left = packed.size; left > 0x7f; left >>= 7)
        bytes[size++] = (uint8_t)(left | 0x80);
    bytes[size] = (uint8_t)(packed.size >> 7 * size);
    size++;
    memcpy(bytes + size, packed.data, packed.size);
    place->packed = span_of(bytes, size + packed.size);
    return true;
}

/* Where it finds no room it is read again the next time. */
static void keep(struct form_cache *cache, const struct command *command, const struct record_stamp *stamp,
                 const Pb__FormTemplate *form)
{
    struct arena packing;
    struct kept_form *place = place_for(cache, command);
    if (!place)
        return;
    forget(place);
    arena_init(&packing, FORM_KEPT_BYTES_MAX);
    struct span packed = wire_pack(&form->base, &packing);
    arena_init(&place->arena, FORM_KEPT_BYTES_MAX);
    if (packed.data && head_length(packed, place))
        place->form = (Pb__FormTemplate *)protobuf_c_message_unpack(
            &pb__form_template__descriptor, &place->arena.pb, packed.size, packed.data);
    arena_finish(&packing);
    if (!place->form) {
        arena_finish(&place->arena);
        *place = (struct kept_form){0};
        return;
    }
    place->stamp = *stamp;
    place->used = ++cache->uses;
}

const Pb__FormTemplate *form_cache_load(struct command *command, struct form_cache *cache, const char *id,
                                        enum code *ret_code)
{
    struct record_stamp stamp;
    const struct table *forms = command->service->options.forms->forms;
    struct span key = table_key_of(forms, id, command->arena);
    enum code code = record_stamp_get(command->txn, forms, key, &stamp);
    struct kept_form *kept = code == CODE_OK ? find(cache, &stamp) : NULL;
    *ret_code = code == CODE_NOT_FOUND ? CODE_OK : code;
    if (kept) {
        kept->used = ++cache->uses;
        kept->user = command;
        return kept->form;
    }
    if (code != CODE_OK)
        return NULL;
    Pb__FormTemplate *form = load_if_any(command, forms, id, ret_code);
    if (!form)
        return NULL;
    form->source = "";
    keep(cache, command, &stamp, form);
    return form;
}

struct span form_cache_packed(const struct form_cache *cache, const Pb__FormTemplate *form)
{
    for (size_t i = 0; i < FORMS_KEPT_MAX; i++)
        if (cache->kept[i].used && cache->kept[i].form == form)
            return cache->kept[i].packed;
    return span_of(NULL, 0);
}

void form_cache_finish(struct form_cache *cache)
{
    for (size_t i = 0; i < FORMS_KEPT_MAX; i++)
        forget(&cache->kept[i]);
}
