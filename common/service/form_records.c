/* Forms as records: how they are found, and those that ship with a service, put into use once. In: the table
 * that a service keeps them in. Out: a form, or the values that find it. */

#include "common/forms/forms.h"
#include "common/service/form_keeping.h"
#include "common/service/handling.h"
#include "common/service/index_values.h"
#include "common/service/internal.h"

/* --- found ------------------------------------------------------------------------------------------- */

static struct span purpose_value(Pb__FormPurpose purpose, struct arena *arena)
{
    const uint8_t byte = (uint8_t)purpose;
    return arena_copy(arena, span_of(&byte, 1));
}

static void values_by_name(const ProtobufCMessage *record, struct arena *arena,
                           struct index_values *ret_values)
{
    (void)arena;
    index_add(ret_values, span_of_text(((const Pb__FormTemplate *)record)->name));
}

static void values_by_purpose(const ProtobufCMessage *record, struct arena *arena,
                              struct index_values *ret_values)
{
    const Pb__FormTemplate *form = (const Pb__FormTemplate *)record;
    if (form->state == PB__FORM_STATE__FORM_STATE_PUBLISHED)
        index_add(ret_values, purpose_value(form->purpose, arena));
}

const struct table_index form_indexes[FORM_INDEXES] = {
    {.name = INDEX_NAME, .values = values_by_name},
    {.name = INDEX_PURPOSE, .values = values_by_purpose},
};

const char *form_id(const char *name, uint32_t version, struct arena *arena)
{
    return arena_format(arena, "%s/%u", name, version);
}

const Pb__FormTemplate *load_form_of(struct command *command, const char *id)
{
    enum code code;
    const Pb__FormTemplate *form =
        command->apart ? load_if_any(command, command->service->options.forms->forms, id, &code)
                       : form_cache_load(command, &command->service->form_cache, id, &code);
    if (code == CODE_OK && !form)
        code = CODE_DATA_LOSS;
    if (code != CODE_OK)
        refuse(command, code, "", "the form %.100s cannot be read", id);
    return form;
}

enum code form_in_use(struct command *command, Pb__FormPurpose purpose, const Pb__FormTemplate **ret_form)
{
    struct collected forms;
    const Pb__FormTemplate *found = NULL;
    const struct walk in_use = {.table = command->service->options.forms->forms,
                                .index = INDEX_PURPOSE,
                                .value = purpose_value(purpose, command->arena)};
    TRY(collect(command, &in_use, NULL, NULL, &forms));
    for (size_t i = 0; i < forms.count; i++) {
        const Pb__FormTemplate *form = (const Pb__FormTemplate *)forms.items[i];
        if (!found || form->meta->changed_at_ms >= found->meta->changed_at_ms)
            found = form;
    }
    *ret_form = found;
    return CODE_OK;
}

Pb__FormTemplate *form_to_show(struct command *command, const Pb__FormTemplate *form)
{
    Pb__FormTemplate *shown = COPY(command, form);
    if (shown)
        shown->source = "";
    return shown;
}

enum code show_form(struct command *command, const Pb__FormTemplate *form, ProtobufCMessage *out,
                    const char *field)
{
    const ProtobufCFieldDescriptor *shown =
        protobuf_c_message_descriptor_get_field_by_name(out->descriptor, field);
    struct span packed = form_cache_packed(&command->service->form_cache, form);
    if (!packed.data) {
        *(const void **)(void *)((uint8_t *)out + shown->offset) = form;
        return CODE_OK;
    }
    /* What a message does not know it passes on as it is, under the number it came with. */
    ProtobufCMessageUnknownField *passed = arena_new(command->arena, ProtobufCMessageUnknownField);
    if (!passed)
        return no_memory(command);
    *passed = (ProtobufCMessageUnknownField){.tag = shown->id,
                                             .wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
                                             .len = packed.size,
                                             .data = (uint8_t *)(uintptr_t)packed.data};
    out->unknown_fields = passed;
    out->n_unknown_fields = 1;
    return CODE_OK;
}

/* --- shipped ----------------------------------------------------------------------------------------- */

/* Named number of the store: 1 once they were shipped, or there were forms already. */
#define FORMS_SHIPPED "forms_shipped"

static enum code ship(struct command *command, const struct table *forms, const struct shipped_form *shipped)
{
    Pb__FormTemplate *form;
    struct form_problems problems;
    TRY(form_read(span_of(shipped->text, (size_t)(shipped->end - shipped->text)), command->arena, &form,
                  &problems));
    form->id = form_id(form->name, 1, command->arena);
    form->meta = meta_again(command, NULL, false);
    form->version = 1;
    form->state = PB__FORM_STATE__FORM_STATE_PUBLISHED;
    form->source = shipped->text;
    if (!form->id || !form->meta)
        return no_memory(command);
    command->subject = form->id;
    return put(command, forms, form);
}

static enum code ship_all(struct command *command)
{
    const struct form_keeping *keeping = command->service->options.forms;
    uint64_t done = 0;
    TRY(store_meta_get_u64(command->txn, FORMS_SHIPPED, &done));
    if (done)
        return CODE_OK;
    bool empty = record_count(command->txn, keeping->forms) == 0;
    TRY(store_meta_put_u64(command->txn, FORMS_SHIPPED, 1));
    for (const struct shipped_form *form = keeping->shipped; empty && form->name; form++)
        TRY(ship(command, keeping->forms, form));
    return CODE_OK;
}

const struct timer form_timer = {.name = "ship", .every_ms = 1000, .run = ship_all};
