/* Forms and files of a service that is not the one they were first made for: fees, whose forms a provider
 * fills in. It says which tables they are in, what a file belongs to, and who reads and writes there; the
 * frame does the rest (rules M2, F3, S1). */

#include "tests/unit/program.h"

#include "common/forms/refusal.h"
#include "common/service/evidence_keeping.h"
#include "common/service/form_keeping.h"

#define FORMS(m)    "ccrag.v1.FormsService/" m
#define EVIDENCE(m) "ccrag.v1.EvidenceService/" m

#define APPLICATION "01979df0-0000-7000-8000-000000000001"
#define OURS        "01979df0-0000-7000-8000-000000000002" /* whose it is */
#define OTHERS      "01979df0-0000-7000-8000-000000000003"
#define HERTS       "E10000015"

/* --- the program ------------------------------------------------------------------------------------- */

static const struct table forms = {.name = "forms",
                                   .type = &pb__form_template__descriptor,
                                   .flags = TABLE_VERSIONED,
                                   .key = key_by_text,
                                   .indexes = form_indexes,
                                   .index_count = FORM_INDEXES},
                          files = {.name = "files",
                                   .type = &pb__evidence__descriptor,
                                   .flags = TABLE_VERSIONED,
                                   .key = key_by_uuid,
                                   .indexes = evidence_indexes,
                                   .index_count = EVIDENCE_INDEXES},
                          parts = {
                              .name = "parts", .type = &pb__evidence_chunk__descriptor, .key = key_by_text};
static const struct table *const tables[] = {&forms, &files, &parts, NULL};

static bool is_ours(const struct command *command)
{
    return command->caller.claim && strcmp(command->caller.claim->provider_id, OURS) == 0;
}

static enum code load_owner(struct command *command, const char *of_id, struct evidence_owner *ret_owner)
{
    static const Pb__RecordMeta generated = {.base = {.descriptor = &pb__record_meta__descriptor},
                                             .generated = true};
    const Pb__FormTemplate *form;
    if (strcmp(of_id, APPLICATION) != 0)
        return refuse(command, CODE_NOT_FOUND, "application_id", "there is no such application");
    if (!is_ours(command))
        return refuse(command, CODE_PERMISSION_DENIED, "application_id", "this is another's application");
    TRY(form_in_use(command, PB__FORM_PURPOSE__FORM_PURPOSE_FEE_APPLICATION, &form));
    *ret_owner = (struct evidence_owner){
        .id = APPLICATION, .meta = &generated, .form_id = form->id, .authority_id = "", .provider_id = OURS};
    return CODE_OK;
}

static enum code check_reader(struct command *command, const Pb__Evidence *file)
{
    (void)file;
    return is_ours(command) || caller_is_of_authority(&command->caller, HERTS)
               ? CODE_OK
               : refuse(command, CODE_PERMISSION_DENIED, "", "nothing of this is for you");
}

static const char shipped_text[] = "form: shipped\ntitle: Shipped\npurpose: fee application\n\n"
                                   "section: s: S\nquestion: why: Why?\n  answer: text\n";
static const struct shipped_form shipped[] = {
    {"shipped", shipped_text, shipped_text + sizeof shipped_text - 1}, {0}};
static const struct form_keeping form_keeping = {.forms = &forms, .shipped = shipped};
static const struct evidence_keeping evidence_keeping = {
    .files = &files, .parts = &parts, .load_owner = load_owner, .check_reader = check_reader};

static const struct api no_apis[] = {{.descriptor = NULL}};

static struct fixture *fees_create(void)
{
    struct fixture *fixture = fixture_new("fees");
    fixture->options = (struct service_options){.name = "fees",
                                                .apis = no_apis,
                                                .tables = tables,
                                                .forms = &form_keeping,
                                                .evidence = &evidence_keeping};
    fixture_start(fixture);
    pass_ms(fixture, 1500); /* the shipped form */
    return fixture;
}

/* --- calls ------------------------------------------------------------------------------------------- */

static void as_provider(struct fixture *fixture, const char *provider)
{
    fixture->claim = claim_of(fixture, "", provider, PB__ROLE__ROLE_PROVIDER_USER);
}

static const Pb__ImportFormResponse *import(struct fixture *fixture, const char *text, enum code expected)
{
    Pb__ImportFormRequest request = PB__IMPORT_FORM_REQUEST__INIT;
    request.source = text;
    return call(fixture, FORMS("ImportForm"), &request.base, expected);
}

static const Pb__ListFormsResponse *in_use(struct fixture *fixture)
{
    Pb__ListFormsRequest request = PB__LIST_FORMS_REQUEST__INIT;
    request.in_use_only = true;
    return call(fixture, FORMS("ListForms"), &request.base, CODE_OK);
}

static const Pb__Evidence *begin(struct fixture *fixture, const char *of_id, enum code expected)
{
    Pb__BeginEvidenceRequest request = PB__BEGIN_EVIDENCE_REQUEST__INIT;
    request.of_id = of_id, request.question_id = "why", request.name = "why.txt", request.size = 5;
    const Pb__BeginEvidenceResponse *response =
        call(fixture, EVIDENCE("BeginEvidence"), &request.base, expected);
    return response ? response->evidence : NULL;
}

static void send_whole(struct fixture *fixture, const char *id)
{
    uint8_t words[] = "words", digest[32];
    Pb__AppendEvidenceRequest append = PB__APPEND_EVIDENCE_REQUEST__INIT;
    Pb__FinishEvidenceRequest finish = PB__FINISH_EVIDENCE_REQUEST__INIT;
    append.evidence_id = finish.evidence_id = id;
    append.data = (ProtobufCBinaryData){5, words};
    call(fixture, EVIDENCE("AppendEvidence"), &append.base, CODE_OK);
    crypto_generichash(digest, sizeof digest, words, 5, NULL, 0);
    finish.digest = (ProtobufCBinaryData){sizeof digest, digest};
    const Pb__FinishEvidenceResponse *response =
        call(fixture, EVIDENCE("FinishEvidence"), &finish.base, CODE_OK);
    cr_assert(response->evidence->complete);
}

static const Pb__ReadEvidenceResponse *read_whole(struct fixture *fixture, const char *id, enum code expected)
{
    Pb__ReadEvidenceRequest request = PB__READ_EVIDENCE_REQUEST__INIT;
    request.evidence_id = id;
    return call(fixture, EVIDENCE("ReadEvidence"), &request.base, expected);
}

/* --- forms ------------------------------------------------------------------------------------------- */

static const char own_form[] = "form: own\ntitle: Own\npurpose: fee application\n\nsection: s: S\n"
                               "question: why: Why?\n  answer: text\n  evidence: welcome\n";

static const char own_form_changed[] = "form: own\ntitle: Ours\npurpose: fee application\n\nsection: s: S\n"
                                       "question: why: Why?\n  answer: text\n  evidence: welcome\n";

Test(keeping, forms_for_its_own_purposes_alone)
{
    struct fixture *fixture = fees_create();
    cr_assert_eq(in_use(fixture)->n_forms, 1);
    cr_assert_str_eq(in_use(fixture)->forms[0]->id, "shipped/1");
    import(fixture,
           "form: visit\ntitle: Visit\npurpose: quality visit\n\nsection: s: S\n"
           "question: q: Q?\n  answer: text\n",
           CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fixture->status->field, "purpose");
    cr_assert_str_eq(fixture->status->message,
                     "forms whose purpose is \"quality visit\" are kept by monitoring: import it there");
    cr_assert(import(fixture, own_form, CODE_OK)->form);
    fixture_destroy(fixture);
}

/* Two who change one draft: who read it before the other's change is told so. */
Test(keeping, a_draft_is_imported_over_the_version_that_was_read)
{
    struct fixture *fixture = fees_create();
    Pb__ImportFormRequest again = PB__IMPORT_FORM_REQUEST__INIT;
    Pb__PublishFormRequest publish = PB__PUBLISH_FORM_REQUEST__INIT;
    const Pb__FormTemplate *form = import(fixture, own_form, CODE_OK)->form;
    again.source = own_form_changed;
    again.version = form->meta->version;
    publish.form_id = form->id;
    form = ((const Pb__ImportFormResponse *)call(fixture, FORMS("ImportForm"), &again.base, CODE_OK))->form;
    cr_assert_eq(form->meta->version, again.version + 1);
    call(fixture, FORMS("ImportForm"), &again.base, CODE_ABORTED);
    again.version++;
    call(fixture, FORMS("PublishForm"), &publish.base, CODE_OK);
    call(fixture, FORMS("ImportForm"), &again.base, CODE_ABORTED); /* the draft is none any more */
    again.version = 0;
    call(fixture, FORMS("ImportForm"), &again.base, CODE_OK);
    fixture_destroy(fixture);
}

/* A purpose that is added has a service that keeps its forms. */
Test(keeping, every_purpose_has_its_service)
{
    const ProtobufCEnumDescriptor *purposes = &pb__form_purpose__descriptor;
    for (unsigned i = 0; i < purposes->n_values; i++)
        cr_assert_eq(form_purpose_service((Pb__FormPurpose)purposes->values[i].value) != NULL,
                     purposes->values[i].value != 0, "%s", purposes->values[i].name);
}

/* --- files ------------------------------------------------------------------------------------------- */

Test(keeping, a_provider_puts_files_beside_what_is_its_own)
{
    struct fixture *fixture = fees_create();
    Pb__PublishFormRequest publish = PB__PUBLISH_FORM_REQUEST__INIT;
    publish.form_id = import(fixture, own_form, CODE_OK)->form->id;
    pass_ms(fixture, 10);
    call(fixture, FORMS("PublishForm"), &publish.base, CODE_OK); /* the one put into use last */
    as_provider(fixture, OURS);
    begin(fixture, OTHERS, CODE_NOT_FOUND);
    cr_assert_str_eq(fixture->status->field, "of_id");
    const Pb__Evidence *evidence = begin(fixture, APPLICATION, CODE_OK);
    cr_assert_str_eq(evidence->of_id, APPLICATION);
    cr_assert_str_eq(evidence->provider_id, OURS);
    cr_assert(!evidence->authority_id[0] && evidence->meta->generated);
    send_whole(fixture, evidence->id);
    cr_assert_eq(read_whole(fixture, evidence->id, CODE_OK)->data.len, 5);
    as_provider(fixture, OTHERS);
    read_whole(fixture, evidence->id, CODE_NOT_FOUND);
    cr_assert_str_eq(fixture->status->message, form_refusal_facts(FORM_REFUSAL_EVIDENCE_UNKNOWN)->text);
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_QUALITY_OFFICER);
    read_whole(fixture, evidence->id, CODE_OK);
    begin(fixture, APPLICATION, CODE_PERMISSION_DENIED);
    fixture_destroy(fixture);
}

/* --- a service that keeps none ----------------------------------------------------------------------- */

Test(keeping, without_forms_they_are_not_served)
{
    struct fixture *fixture = fixture_new("fees");
    Pb__ListFormsRequest list = PB__LIST_FORMS_REQUEST__INIT;
    fixture->options = (struct service_options){.name = "fees", .apis = no_apis, .tables = tables};
    fixture_start(fixture);
    call(fixture, FORMS("ListForms"), &list.base, CODE_UNIMPLEMENTED);
    read_whole(fixture, APPLICATION, CODE_UNIMPLEMENTED);
    fixture_stop(fixture);
    struct service *service;
    struct fault fault = {0};
    fixture->options.evidence = &evidence_keeping;
    cr_assert_eq(service_create(&fixture->world, fixture->region, &fixture->options, &service, &fault),
                 CODE_INTERNAL);
    cr_assert_str_eq(fault.reason, "fees keeps files beside no forms");
    fixture->options.evidence = NULL;
    fixture_start(fixture);
    fixture_destroy(fixture);
}
