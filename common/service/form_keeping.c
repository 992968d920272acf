/* FormsService, of every service that keeps forms (rules M2, F3). In: texts, as the host writes them. Out:
 * versions: a draft, in use, retired; or what is wrong with a text, line by line, and nothing kept. */

#include "common/service/form_keeping.h"

#include "common/forms/forms.h"
#include "common/forms/template.h"
#include "common/service/handling.h"
#include "common/service/internal.h"

#include "ccrag/v1/handlers.h"

#define SERVICE_TYPE Pb__FormsService_Service

static const struct table *table_of(const struct command *command)
{
    return command->service->options.forms->forms;
}

/* CODE_OK for FORM_REFUSAL_NONE; otherwise the request is refused as form_refusal_facts says. */
static enum code check(struct command *command, enum form_refusal refusal)
{
    return refuse_with(command, form_refusal_facts(refusal), NULL);
}

struct versions {
    Pb__FormTemplate **items;
    size_t count;
};

static enum code load_versions(struct command *command, const char *name, struct versions *ret_versions)
{
    struct collected forms;
    const struct walk named = {.table = table_of(command), .index = INDEX_NAME, .value = span_of_text(name)};
    if (!name[0] || strlen(name) > FORM_ID_BYTES_MAX)
        return check(command, FORM_REFUSAL_UNKNOWN);
    TRY(collect(command, &named, NULL, NULL, &forms));
    *ret_versions = (struct versions){(Pb__FormTemplate **)forms.items, forms.count};
    return CODE_OK;
}

/* The name in `quality-assurance/2`; `ret_whole`: a version was named. */
static const char *name_in(struct command *command, const char *id, bool *ret_whole)
{
    size_t length = strcspn(id, "/");
    *ret_whole = id[length] == '/';
    return length > FORM_ID_BYTES_MAX ? "" : arena_format(command->arena, "%.*s", (int)length, id);
}

/* The version that is meant: the one named, or what `otherwise` finds. NULL: refused. */
static Pb__FormTemplate *form_meant(struct command *command, const char *id, struct versions *ret_versions,
                                    const Pb__FormTemplate *(*otherwise)(Pb__FormTemplate *const *, size_t))
{
    bool whole;
    const Pb__FormTemplate *form = NULL;
    const char *name = name_in(command, id, &whole);
    enum code code = name ? load_versions(command, name, ret_versions) : no_memory(command);
    if (code != CODE_OK)
        return refused(command, code);
    for (size_t i = 0; whole && i < ret_versions->count; i++)
        if (strcmp(ret_versions->items[i]->id, id) == 0)
            form = ret_versions->items[i];
    if (!whole)
        form = otherwise(ret_versions->items, ret_versions->count);
    if (!form)
        check(command, ret_versions->count && !whole ? FORM_REFUSAL_NO_DRAFT : FORM_REFUSAL_UNKNOWN);
    return (Pb__FormTemplate *)(uintptr_t)form;
}

/* --- read -------------------------------------------------------------------------------------------- */

/* CODE_OK also where it has problems: `ret_form` is NULL then. */
static enum code read_form(struct command *command, const char *source, Pb__FormTemplate **ret_form,
                           struct form_problems *ret_problems)
{
    Pb__FormTemplate *form = NULL;
    enum code code = form_read(span_of_text(source), command->arena, &form, ret_problems);
    if (code != CODE_OK && code != CODE_INVALID_ARGUMENT)
        return no_memory(command);
    *ret_form = code == CODE_OK ? form : NULL;
    return CODE_OK;
}

HANDLE(PreviewForm, preview_form)
{
    struct form_problems problems = {0};
    TRY(read_form(command, in->source, &out->form, &problems));
    out->problems = problems.items;
    out->n_problems = problems.count;
    return CODE_OK;
}

/* --- kept -------------------------------------------------------------------------------------------- */

static const struct {
    Pb__FormPurpose purpose;
    const char *service;
} keepers[] = {
    {PB__FORM_PURPOSE__FORM_PURPOSE_CONTRACTUAL_COMPLIANCE, "monitoring"},
    {PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_VISIT, "monitoring"},
    {PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE, "monitoring"},
    {PB__FORM_PURPOSE__FORM_PURPOSE_FEE_APPLICATION, "fees"},
    {PB__FORM_PURPOSE__FORM_PURPOSE_FEE_REPORT, "fees"},
};

const char *form_purpose_service(Pb__FormPurpose purpose)
{
    for (size_t i = 0; i < sizeof keepers / sizeof keepers[0]; i++)
        if (keepers[i].purpose == purpose)
            return keepers[i].service;
    return NULL;
}

static enum code check_purpose(struct command *command, Pb__FormPurpose purpose)
{
    const char *keeper = form_purpose_service(purpose);
    if (keeper && strcmp(keeper, command->service->options.name) == 0)
        return CODE_OK;
    return refuse(command, CODE_INVALID_ARGUMENT, "purpose",
                  "forms whose purpose is \"%s\" are kept by %s: import it there", form_purpose_name(purpose),
                  keeper ? keeper : "no service");
}

HANDLE(ImportForm, import_form)
{
    struct form_problems problems = {0};
    struct versions versions;
    Pb__FormTemplate *form;
    TRY(read_form(command, in->source, &form, &problems));
    out->problems = problems.items;
    out->n_problems = problems.count;
    if (!form)
        return CODE_OK;
    TRY(check_purpose(command, form->purpose));
    TRY(load_versions(command, form->name, &versions));
    const Pb__FormTemplate *draft = template_draft(versions.items, versions.count);
    TRY(check(command, template_step(draft ? draft->state : PB__FORM_STATE__FORM_STATE_UNSPECIFIED,
                                     TEMPLATE_IMPORT, &form->state)));
    form->version = template_import_version(versions.items, versions.count);
    form->id = form_id(form->name, form->version, command->arena);
    form->source = in->source;
    form->meta = meta_again(command, draft ? draft->meta : NULL, false);
    if (!form->id || !form->meta)
        return no_memory(command);
    expect_version(form->meta, in->version);
    command->subject = form->id;
    TRY(put(command, table_of(command), form));
    out->form = form;
    return CODE_OK;
}

HANDLE(PublishForm, publish_form)
{
    struct versions versions;
    Pb__FormTemplate *form = form_meant(command, in->form_id, &versions, template_draft);
    if (!form)
        return command->fault.code;
    Pb__FormTemplate *before = (Pb__FormTemplate *)(uintptr_t)template_in_use(versions.items, versions.count);
    TRY(check(command, template_step(form->state, TEMPLATE_PUBLISH, &form->state)));
    command->subject = form->id;
    if (before) {
        TRY(check(command, template_step(before->state, TEMPLATE_SUPERSEDE, &before->state)));
        TRY(put(command, table_of(command), before));
    }
    TRY(put(command, table_of(command), form));
    out->form = form;
    return CODE_OK;
}

HANDLE(RetireForm, retire_form)
{
    struct versions versions;
    Pb__FormTemplate *form = form_meant(command, in->form_id, &versions, template_in_use);
    if (!form)
        return command->fault.code;
    TRY(check(command, template_step(form->state, TEMPLATE_RETIRE, &form->state)));
    command->subject = form->id;
    TRY(put(command, table_of(command), form));
    out->form = form;
    return CODE_OK;
}

/* --- shown ------------------------------------------------------------------------------------------- */

static const Pb__FormTemplate *in_use_or_newest(Pb__FormTemplate *const *versions, size_t count)
{
    const Pb__FormTemplate *form = template_in_use(versions, count);
    return form ? form : template_newest(versions, count);
}

HANDLE(GetForm, get_form)
{
    struct versions versions;
    out->form = form_meant(command, in->form_id, &versions, in_use_or_newest);
    return out->form ? CODE_OK : command->fault.code;
}

static bool is_wanted(void *context, const ProtobufCMessage *record)
{
    const Pb__ListFormsRequest *in = context;
    return !in->in_use_only ||
           ((const Pb__FormTemplate *)record)->state == PB__FORM_STATE__FORM_STATE_PUBLISHED;
}

HANDLE(ListForms, list_forms)
{
    struct page page;
    const struct walk all = {.table = table_of(command)};
    TRY(read_page(command, &all, in->page, is_wanted, (void *)(uintptr_t)in, &page, &out->page));
    out->forms = (Pb__FormTemplate **)page.records;
    out->n_forms = page.count;
    for (size_t i = 0; i < page.count; i++) {
        out->forms[i]->n_sections = 0;
        out->forms[i]->sections = NULL;
        out->forms[i]->source = "";
    }
    return CODE_OK;
}

static const Pb__FormsService_Service handlers = PB__FORMS_SERVICE__INIT(on_);

const struct api form_apis[] = {
    {.descriptor = &pb__forms_service__descriptor, .handlers = &handlers.base},
    {.descriptor = NULL},
};
