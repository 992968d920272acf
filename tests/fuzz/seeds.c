/* Writes the seeds that are not text, so that none is committed: `fuzz_seeds FOLDER` fills FOLDER/TARGET/
 * with messages of every type, packed and as JSON, with envelopes, claims, rosters, a table of postcodes and
 * lists with long cells.
 * What a target makes of them is said in its file. */

#include "common/bus/claim.h"
#include "common/bus/envelope.h"
#include "common/domain/postcode_table.h"
#include "ccrag/v1/reports.pb-c.h"
#include "tests/fuzz/targets/messages.h"
#include "tests/fuzz/targets/signers.h"

#include <sys/stat.h>

static const char *folder;
static struct arena arena;

/* FOLDER/TARGET/NAME holds these bytes. */
static void write_seed(const char *target, const char *name, struct span bytes)
{
    char *path = arena_format(&arena, "%s/%s", folder, target);
    mkdir(path, 0777);
    FILE *file = fopen(arena_format(&arena, "%s/%s", path, name), "wb");
    require(file && fwrite(bytes.data, 1, bytes.size, file) == bytes.size && fclose(file) == 0);
}

/* A number in front of some bytes. */
static struct span with_number(uint64_t number, size_t width, struct span bytes)
{
    uint8_t all[8], *joined = arena_alloc(&arena, width + bytes.size);
    require(joined);
    put_u64_be(all, number);
    memcpy(joined, all + sizeof all - width, width);
    if (bytes.size)
        memcpy(joined + width, bytes.data, bytes.size);
    return span_of(joined, width + bytes.size);
}

static ProtobufCMessage *sample(const ProtobufCMessageDescriptor *type, bool last);

static void fill_value(const ProtobufCFieldDescriptor *field, void *value, bool last)
{
    static uint8_t bytes[16] = "\x01\x90 sixteen byte";
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        *(int32_t *)value = last ? -1 : 12;
        return;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        *(int64_t *)value = last ? -1 : INT64_C(0x123456789abcdef1); /* more than a double holds */
        return;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)value = 1;
        return;
    case PROTOBUF_C_TYPE_ENUM: {
        const ProtobufCEnumDescriptor *values = field->descriptor;
        *(int32_t *)value = last ? 99 : values->values[values->n_values - 1].value;
        return;
    }
    case PROTOBUF_C_TYPE_STRING:
        *(const char **)value = last ? "h\xc3\xa9" : field->name;
        return;
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)value = (ProtobufCBinaryData){.len = last ? 3 : sizeof bytes, .data = bytes};
        return;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)value = sample(field->descriptor, last);
        return;
    }
}

/* A message with every field filled, lists with one element; of a oneof the first or the last member. */
static ProtobufCMessage *sample(const ProtobufCMessageDescriptor *type, bool last)
{
    enum { ELEMENT_BYTES = 16 };
    ProtobufCMessage *message = arena_alloc(&arena, type->sizeof_message);
    require(message);
    type->message_init(message);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        void *value = (char *)message + field->offset,
             *quantifier = (char *)message + field->quantifier_offset;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            *(size_t *)quantifier = 1;
            *(void **)value = arena_alloc(&arena, ELEMENT_BYTES);
            fill_value(field, *(void **)value, last);
            continue;
        }
        if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            if (!last && *(uint32_t *)quantifier != 0)
                continue;
            *(uint32_t *)quantifier = field->id;
        }
        fill_value(field, value, last);
    }
    return message;
}

static void write_messages(void)
{
    size_t count = message_count();
    for (size_t i = 0; i < count; i++) {
        for (int last = 0; last < 2; last++) {
            ProtobufCMessage *message = sample(ccrag_messages[i], last);
            char *name = arena_format(&arena, "%s-%d", ccrag_messages[i]->short_name, last);
            write_seed("wire_unpack", name, with_number(i, MESSAGE_CHOICE_BYTES, must_pack(message, &arena)));
            char *json = must_print(message, last, &arena);
            write_seed("wire_json", name, with_number(i, MESSAGE_CHOICE_BYTES, span_of_text(json)));
        }
    }
}

static void write_envelopes(void)
{
    Pb__CallHeader *header = (Pb__CallHeader *)(void *)sample(&pb__call_header__descriptor, false);
    struct fault fault;
    fault_set(&fault, CODE_ABORTED, "provision.name", "it changed");
    struct answer_head head = {
        .fault = &fault,
        .retry_after_ms = 50,
        .conflict = (const Pb__Conflict *)(const void *)sample(&pb__conflict__descriptor, false),
        .more = true,
        .epoch = 1,
        .sequence = 2,
    };
    write_seed("envelope", "request", envelope_request(7, header, &arena));
    header->idempotency_key.len = 15;
    write_seed("envelope", "short-key", envelope_request(7, header, &arena));
    header->method = "";
    write_seed("envelope", "no-method", envelope_request(7, header, &arena));
    write_seed("envelope", "cancel", envelope_cancel(UINT64_MAX, &arena));
    write_seed("envelope", "answer", envelope_answer(300, &head, &arena));
}

static void write_claims(void)
{
    static const char *const issuers[] = {"registry", "gateway", "matching", "nobody"};
    static const Pb__Role roles[] = {PB__ROLE__ROLE_PLACEMENT_OFFICER, PB__ROLE__ROLE_QUALITY_OFFICER};
    enum { SIGNED_AT = 1700000000 };
    for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++) {
        Pb__Claim claim = PB__CLAIM__INIT;
        claim.person_id = "01890000-0000-7000-8000-000000000001";
        claim.authority = "E10000015";
        claim.roles = (Pb__Role *)(uintptr_t)roles;
        claim.n_roles = 2;
        claim.issued_at_ms = SIGNED_AT * INT64_C(1000);
        claim.expires_at_ms = claim.issued_at_ms + CLAIM_MINUTES * 60 * 1000;
        claim.issuer = issuers[i];
        struct span packed = must_pack(&claim.base, &arena);
        packed = with_number(SIGNED_AT + 30, 4, packed);
        for (unsigned signing = 0; signing < 2; signing++)
            write_seed("claim", arena_format(&arena, "%s-%u", issuers[i], signing),
                       with_number(signing, 1, packed));
    }
}

/* One answer of each kind to the form of contractual compliance, after the form and the mode. */
static void write_answers(void)
{
    static const char *const options[] = {"met"}, *const papers[] = {"contract", "policies"},
                             *const files[] = {"01890000-0000-7000-8000-000000000001"};
    Pb__NamedNumber number = PB__NAMED_NUMBER__INIT, *numbers[] = {&number};
    Pb__FormAnswer answers[7], *list[7];
    Pb__PublishedReport report = PB__PUBLISHED_REPORT__INIT;
    static const char *const questions[] = {"people-seen", "papers-seen",        "last-actions",
                                            "premises",    "complaints-numbers", "public-liability",
                                            "fire-drill"};
    for (size_t i = 0; i < 7; i++) {
        pb__form_answer__init(&answers[i]);
        answers[i].question_id = questions[i];
        list[i] = &answers[i];
    }
    number.option_id = "complaints";
    number.value = 3;
    answers[0].text = "The manager";
    answers[1].option_ids = (const char **)(uintptr_t)papers;
    answers[1].n_option_ids = 2;
    answers[2].yes_no = PB__YES_NO__YES_NO_NO;
    answers[3].option_ids = (const char **)(uintptr_t)options;
    answers[3].n_option_ids = 1;
    answers[4].numbers = numbers;
    answers[4].n_numbers = 1;
    answers[5].date = "2026-01-31";
    answers[5].evidence_ids = (const char **)(uintptr_t)files;
    answers[5].n_evidence_ids = 1;
    answers[6].date = "2025-01-31";
    report.answers = list;
    report.n_answers = 7;
    struct span packed = must_pack(&report.base, &arena);
    write_seed("form_answers", "on-site", with_number(0x0001, 2, packed));
    write_seed("form_answers", "remote", with_number(0x0102, 2, packed));
}

static Pb__RosterEntry *entry_of(const char *name, Pb__PrincipalRole role, uint8_t key_byte)
{
    Pb__RosterEntry *entry = arena_new(&arena, Pb__RosterEntry);
    uint8_t key[CURVE_KEY_BYTES];
    memset(key, key_byte, sizeof key);
    pb__roster_entry__init(entry);
    entry->name = name;
    entry->role = role;
    entry->n_curve_keys = 1;
    entry->curve_keys = arena_new(&arena, ProtobufCBinaryData);
    entry->curve_keys[0] = binary_of(arena_copy(&arena, span_of(key, sizeof key)));
    if (role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE)
        entry->authority = "E10000015";
    return entry;
}

/* To be signed by the target, without revocations. */
static struct span as_plain(const Pb__Roster *roster)
{
    struct span packed = must_pack(&roster->base, &arena);
    return with_number(0, 1, with_number(packed.size, 2, packed));
}

static void write_rosters(void)
{
    struct signer revoker = signer_of(SEED_REVOKER), region = signer_of(SEED_REGION);
    Pb__RosterEntry *entries[] = {
        entry_of("registry", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE, 1),
        entry_of("gateway", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY, 2),
        entry_of("node-herts", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE, 3),
    };
    Pb__Roster roster = PB__ROSTER__INIT;
    Pb__Revocation revocation = PB__REVOCATION__INIT;
    ProtobufCBinaryData signing = binary_of(span_of(revoker.public_key, SIGNING_KEY_BYTES));
    roster.region = revocation.region = "east";
    roster.serial = revocation.serial = 7;
    roster.entries = entries;
    roster.n_entries = 3;
    roster.revoker_key = signing;
    entries[0]->signing_keys = &signing;
    entries[0]->n_signing_keys = 1;
    revocation.name = "gateway";
    struct span packed = must_pack(&roster.base, &arena), removal = must_pack(&revocation.base, &arena);
    struct span file = with_number(packed.size, 2, packed), revoked = with_number(removal.size, 1, removal);
    uint8_t *both = arena_alloc(&arena, file.size + revoked.size);
    memcpy(both, file.data, file.size);
    memcpy(both + file.size, revoked.data, revoked.size);
    write_seed("roster", "plain", as_plain(&roster));
    write_seed("roster", "old", with_number(2, 1, file));
    write_seed("roster", "revoked", with_number(0, 1, span_of(both, file.size + revoked.size)));
    write_seed("roster", "forged", with_number(4, 1, span_of(both, file.size + revoked.size)));
    const char *name = entries[1]->name;
    entries[1]->name = entries[0]->name;
    write_seed("roster", "name-twice", as_plain(&roster));
    entries[1]->name = name;
    entries[1]->curve_keys = entries[0]->curve_keys;
    write_seed("roster", "key-twice", as_plain(&roster));
    entries[1]->curve_keys = &(ProtobufCBinaryData){.len = 31, .data = entries[0]->curve_keys->data};
    write_seed("roster", "short-key", as_plain(&roster));
    entries[1]->curve_keys = entries[0]->curve_keys;
    write_seed("roster", "whole", with_number(1, 1, roster_sign(&roster, region.secret_key, &arena)));
}

/* A document of three entries, and what else a file may be. */
static void write_files(void)
{
    static const char *const names[] = {"[Content_Types].xml", "word/document.xml", "xl/workbook.xml"};
    struct span file = span_of(NULL, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint8_t entry[30 + 32] = "PK\003\004\024", *joined = arena_alloc(&arena, file.size + sizeof entry);
        entry[26] = (uint8_t)strlen(names[i]);
        memcpy(entry + 30, names[i], strlen(names[i]));
        if (file.size)
            memcpy(joined, file.data, file.size);
        memcpy(joined + file.size, entry, sizeof entry);
        file = span_of(joined, file.size + sizeof entry);
    }
    write_seed("evidence", "archive", with_number(40, 1, file));
    write_seed("evidence", "text", with_number(2, 1, span_of_text("Caf\xc3\xa9, \xe2\x82\xac 5\r\n")));
    write_seed("evidence", "paper", with_number(3, 1, span_of_text("%PDF-1.7\n")));
    write_seed("evidence", "picture", with_number(5, 1, span_of("\211PNG\r\n\032\n\0\0\0\rIHDR", 16)));
}

static void write_postcodes(void)
{
    static const char *const texts[] = {"AL1 2NU", "E1 1BJ", "SG13 8DE", "SG13 8DQ", "W1A 1AA"};
    enum { COUNT = sizeof texts / sizeof *texts };
    struct postcode_entry entries[COUNT];
    uint8_t bytes[POSTCODE_TABLE_HEAD_BYTES + COUNT * POSTCODE_TABLE_ENTRY_BYTES];
    for (uint32_t i = 0; i < COUNT; i++) {
        require(postcode_parse(texts[i], &entries[i].postcode, NULL) == CODE_OK);
        entries[i].easting = 500000 + i;
        entries[i].northing = 200000 + i;
    }
    size_t kept = postcode_table_sort(entries, COUNT);
    require(postcode_table_write(entries, kept, bytes) == CODE_OK);
    write_seed("postcode_table", "five", span_of(bytes, sizeof bytes));
    write_seed("postcode_table", "entries", span_of(bytes + POSTCODE_TABLE_HEAD_BYTES, 8 * COUNT));
}

/* A row whose first cell is longer than the reasons that quote it, so that it is cut within a character. */
static void write_lists(void)
{
    static const struct {
        const char *target, *head;
    } lists[] = {
        {"reader_ofsted", "URN,Provision type,Local authority"},
        {"reader_dfe_schools", "URN,SCHNAME,NFTYPE"},
        {"reader_gias", "URN,EstablishmentName,TypeOfEstablishment (code)"},
        {"reader_authorities", "gss_code,la_name,hq_postcode"},
        {"reader_placements", "URN,REFERENCE,DECOM"},
        {"reader_vacancies", "URN,PLACES,FROM"},
        {"reader_fee_lines", "reference,attendance,current,proposed\nHX-1,52,100,101"},
        {"reader_postcodes", "postcode,easting,northing\nSG13 8DQ,532440,212045"},
    };
    char cell[1200];
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        for (size_t shift = 0; shift < 2; shift++) {
            memset(cell, 'x', shift);
            for (size_t at = shift; at < sizeof cell - 2; at += 2)
                memcpy(cell + at, "\xc3\xa9", 3);
            char *list = arena_format(&arena, "%s\n%s,1,2\n", lists[i].head, cell);
            write_seed(lists[i].target, arena_format(&arena, "long-%zu", shift), span_of_text(list));
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("Usage: fuzz_seeds FOLDER\n", stderr);
        return 64;
    }
    folder = argv[1];
    arena_init(&arena, 512 << 20);
    mkdir(folder, 0777);
    write_messages();
    write_envelopes();
    write_claims();
    write_answers();
    write_rosters();
    write_files();
    write_postcodes();
    write_lists();
    arena_finish(&arena);
    return 0;
}
