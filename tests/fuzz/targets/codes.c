/* Codes and names as registers and people write them: URNs, GSS codes, LAs' names, needs, kinds, judgements,
 * UUIDs.
 *
 * In: a text. Held against: what is read prints to one form, which reads back as itself; a refusal leaves its
 * out parameter alone. */

#include "common/base/uuid.h"
#include "common/domain/codelist.h"
#include "common/domain/gss.h"
#include "common/domain/judgement.h"
#include "common/domain/kinds.h"
#include "common/domain/needs.h"
#include "common/domain/urn.h"
#include "tests/fuzz/targets/fuzz.h"

static void check_urns(const char *text)
{
    char printed[URN_TEXT_BYTES];
    struct urn untouched, urn, again;
    struct fault fault;
    memset(&untouched, 'u', sizeof untouched);
    for (int how = REGULATOR_UNSPECIFIED; how <= REGULATOR_OFSTED; how++) {
        urn = untouched;
        enum code code = how == REGULATOR_UNSPECIFIED ? urn_parse(text, &urn, &fault)
                                                      : urn_make((enum regulator)how, text, &urn, &fault);
        if (code != CODE_OK) {
            require(code == CODE_INVALID_ARGUMENT && memcmp(&urn, &untouched, sizeof urn) == 0);
            require_fault(code, &fault);
            continue;
        }
        require(how == REGULATOR_UNSPECIFIED || (int)urn.regulator == how);
        urn_print(&urn, printed);
        require(urn_parse(printed, &again, NULL) == CODE_OK && urn_compare(&urn, &again) == 0);
        require(memcmp(urn.number, again.number, sizeof urn.number) == 0);
        require(urn_parse(urn.number, &again, NULL) == CODE_OK && urn_compare(&urn, &again) == 0);
    }
}

static void check_authorities(const char *text)
{
    struct gss untouched = {"untouched"}, gss = untouched, again;
    const struct authority none, *authority = &none;
    struct fault fault;
    enum code code = gss_parse(text, &gss, &fault);
    if (code == CODE_OK) {
        require(gss_parse(gss.text, &again, NULL) == CODE_OK && gss_compare(gss, again) == 0);
        const struct authority *known = authority_by_gss(text);
        require(!known || authority_by_gss(known->gss.text) == known);
    } else {
        require(code == CODE_INVALID_ARGUMENT && gss_compare(gss, untouched) == 0 && !authority_by_gss(text));
        require_fault(code, &fault);
    }
    code = authority_resolve(text, &authority, &fault);
    if (code == CODE_OK) {
        require(authority_by_gss(authority->gss.text) == authority);
    } else {
        require(code == CODE_NOT_FOUND && authority == &none);
        require_fault(code, &fault);
    }
}

static void check_needs(const char *text)
{
    char printed[NEEDS_TEXT_BYTES];
    const struct needs untouched = {.mask = UINT32_MAX};
    struct needs needs = untouched, again;
    enum need need = NEED_COUNT;
    struct fault fault;
    enum code code = needs_parse(text, &needs, &fault);
    if (code == CODE_OK) {
        require((needs.mask & ~NEEDS_ALL.mask) == 0);
        needs_print(needs, printed);
        require(needs_parse(printed, &again, NULL) == CODE_OK && again.mask == needs.mask);
    } else {
        require(code == CODE_INVALID_ARGUMENT && needs.mask == untouched.mask);
        require_fault(code, &fault);
    }
    code = need_parse(text, &need, &fault);
    if (code == CODE_OK) {
        require(need < NEED_COUNT && needs_parse(need_code(need), &again, NULL) == CODE_OK);
        require(again.mask == 1u << need);
    } else {
        require(code == CODE_INVALID_ARGUMENT && need == NEED_COUNT);
        require_fault(code, &fault);
    }
}

static void check_kinds(const char *text)
{
    typedef enum code (*kind_reader)(const char *, enum kind *, struct fault *);
    static const kind_reader readers[] = {kind_parse, kind_from_ofsted, kind_from_nftype};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        enum kind kind = (enum kind)KIND_COUNT, again;
        struct fault fault;
        enum code code = readers[i](text, &kind, &fault);
        if (code != CODE_OK) {
            require((int)kind == KIND_COUNT);
            require_fault(code, &fault);
            continue;
        }
        const struct kind_facts *facts = kind_facts(kind);
        require(kind > KIND_UNSPECIFIED && (int)kind < KIND_COUNT);
        require(kind_parse(facts->cli, &again, NULL) == CODE_OK && again == kind);
        require(kind_parse(facts->words, &again, NULL) == CODE_OK && again == kind);
    }
}

static void check_judgements(const char *text)
{
    enum judgement untouched = (enum judgement)77, judgement = untouched, again;
    struct fault fault;
    enum code code = judgement_parse(text, &judgement, &fault);
    if (code == CODE_OK) {
        require(judgement_parse(judgement_words(judgement), &again, NULL) == CODE_OK && again == judgement);
        require(judgement_parse(judgement_name(judgement), &again, NULL) == CODE_OK && again == judgement);
    } else {
        require(code == CODE_INVALID_ARGUMENT && judgement == untouched);
        require_fault(code, &fault);
    }
}

static void check_codelists(const char *text)
{
    size_t count;
    const struct codelist *lists = codelists(&count);
    const struct codelist *named = codelist_find(text);
    require(!named || strcmp(named->name, text) == 0);
    for (size_t i = 0; i < count; i++) {
        struct fault fault;
        const struct codelist_entry *entry = codelist_entry(&lists[i], text);
        enum code code = codelist_check(&lists[i], text, (struct date){.day = 20000}, &fault);
        require((code == CODE_NOT_FOUND) == (entry == NULL));
        if (code != CODE_OK)
            require_fault(code, &fault);
        require(!entry || codelist_entry(&lists[i], entry->code) == entry);
    }
}

static void check_uuids(const char *text)
{
    char printed[UUID_TEXT_BYTES];
    struct uuid untouched, uuid, again;
    memset(&untouched, 'u', sizeof untouched);
    uuid = untouched;
    if (!uuid_parse(text, &uuid)) {
        require(uuid_equal(&uuid, &untouched));
        return;
    }
    uuid_print(&uuid, printed);
    require(strlen(text) == UUID_TEXT_BYTES - 1);
    require(uuid_parse(printed, &again) && uuid_equal(&uuid, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = text_of(span_of(data, size));
    check_urns(text);
    check_authorities(text);
    check_needs(text);
    check_kinds(text);
    check_judgements(text);
    check_codelists(text);
    check_uuids(text);
    free(text);
    return 0;
}
