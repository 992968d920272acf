/* One call, its answer, and what it left in the store, in forms that can be compared. */

#include "tests/failures/calls.h"

#include "common/base/limits.h"
#include "common/bus/envelope.h"
#include "common/store/journal.h"

#include <assert.h>
#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static char last_answer[ANSWER_TEXT_BYTES]; /* as it came */

void keep_field(const struct call *call, const char *name)
{
    char quoted[60];
    snprintf(quoted, sizeof quoted, "\"%s\":\"", name);
    const char *at = strstr(last_answer, quoted);
    if (!at) {
        fprintf(stderr, "%s: no %s in %s\n", call->method->name, name, last_answer);
        abort();
    }
    at += strlen(quoted);
    name_set(name, at, strcspn(at, "\""));
}

/* --- what differs each time -------------------------------------------------------------------------- */

/* Long words of base64, hexadecimal or the letters of a UUID. */
static bool is_secret(const char *text, size_t length)
{
    size_t plain = 0;
    while (plain < length && (isalnum((unsigned char)text[plain]) || strchr("+/=-_", text[plain])))
        plain++;
    return length >= 22 && plain == length;
}

/* Texts are looked at whole, and in the parts of an address. */
static void mask(const char *from, char *to)
{
    while (*from) {
        size_t text = strcspn(from, "\""), part = strcspn(from, "\" /?&=");
        size_t length = is_secret(from, text) ? text : part;
        bool moment = length >= 13 && strspn(from, "0123456789") == length;
        if (moment || is_secret(from, length)) {
            *to++ = '~';
        } else {
            memcpy(to, from, length);
            to += length;
        }
        from += length;
        if (*from)
            *to++ = *from++;
    }
    *to = '\0';
}

static void print_message(const ProtobufCMessage *message, struct arena *arena, char *ret_text)
{
    const char *json = wire_to_json(message, false, arena);
    assert(json && strlen(json) < ANSWER_TEXT_BYTES);
    mask(json, ret_text);
}

/* --- calling ----------------------------------------------------------------------------------------- */

struct uuid new_key(const struct host *host)
{
    uint8_t random[10];
    randombytes_buf(random, sizeof random);
    return uuid_v7(host->wall_ms, random);
}

static const Pb__SignedClaim *claim_of(struct host *host, const char *provider, struct arena *arena)
{
    Pb__Role roles[] = {PB__ROLE__ROLE_PROVIDER_USER};
    Pb__Claim claim = PB__CLAIM__INIT;
    claim.person_id = "01979df0-0000-7000-8000-00000000aaaa";
    claim.provider_id = names_replace(provider, arena);
    claim.roles = roles;
    claim.n_roles = 1;
    claim.issued_at_ms = host->wall_ms;
    claim.expires_at_ms = host->wall_ms + INT64_C(60000) * CLAIM_MINUTES;
    claim.issuer = subject.service;
    return service_sign_claim(host->service, &claim, arena);
}

static void put_request(struct host *host, const struct call *call, struct arena *arena)
{
    const struct asked *request = call->request;
    struct fault fault = {0};
    ProtobufCMessage *body = NULL;
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    if (wire_from_json(call->method->input, names_replace(request->body, arena), arena, &body, &fault)) {
        fprintf(stderr, "%s: %s: %s\n", call->method->name, fault.field, fault.reason);
        abort();
    }
    header.method = call->method->name;
    if (request->provider[0])
        header.claim = (Pb__SignedClaim *)(uintptr_t)claim_of(host, request->provider, arena);
    if (!call->method->reads_only)
        header.idempotency_key = (ProtobufCBinaryData){UUID_BYTES, (uint8_t *)(uintptr_t)call->key.bytes};
    host->from = host_key(host, request->provider[0] ? "gateway" : request->as[0] ? request->as : "operator");
    host->in_envelope = envelope_request(++host->call, &header, arena);
    host->in_body = call->body.data ? call->body : wire_pack(body, arena);
    host->waiting = true;
    host->answered = false;
}

static void take_answer(struct host *host, const struct call *call, struct arena *arena,
                        struct answer *ret_answer)
{
    Pb__Envelope *envelope = NULL;
    ProtobufCMessage *response = NULL;
    if (envelope_read(host->out_envelope, arena, &envelope, NULL) != CODE_OK || envelope->call != host->call)
        abort();
    const Pb__Status *status = envelope->response->status;
    if (status && status->code) {
        fault_set(&ret_answer->fault, code_from_number(status->code), status->field, "%s", status->message);
        return;
    }
    if (wire_unpack(call->method->output, host->out_body, arena, &response, NULL) != CODE_OK)
        abort();
    print_message(response, arena, ret_answer->text);
    snprintf(last_answer, sizeof last_answer, "%s", wire_to_json(response, false, arena));
}

void call_run(struct host *host, const struct call *call, bool failing, struct answer *ret_answer)
{
    struct arena arena;
    arena_init(&arena, 64u << 20);
    ret_answer->came = false;
    ret_answer->fault = (struct fault){0};
    ret_answer->text[0] = '\0';
    put_request(host, call, &arena);
    host_run(host, failing);
    for (unsigned i = 0; i < 3 && !host->answered && call->method->reads_only;
         i++) { /* what is tried again after a while */
        host->mono_us += 1000 * 1000;
        host->wall_ms += 1000;
        host_run(host, failing);
    }
    ret_answer->came = host->answered;
    if (host->answered)
        take_answer(host, call, &arena, ret_answer);
    arena_finish(&arena);
}

/* --- the store --------------------------------------------------------------------------------------- */

uint64_t journal_end(const struct host *host)
{
    return store_position(service_store(host->service)).sequence;
}

void journal_text(struct host *host, uint64_t after, char ret_text[ANSWER_TEXT_BYTES])
{
    static const struct entitlement all = {.groups = AUDIENCE_SERVICES | AUDIENCE_WORKERS | AUDIENCE_HOST |
                                                     AUDIENCE_MEMBERS};
    struct store_txn *txn = NULL;
    struct arena arena;
    Pb__FollowResponse batch = PB__FOLLOW_RESPONSE__INIT;
    size_t size = 0;
    arena_init(&arena, 64u << 20);
    if (store_read_begin(service_store(host->service), &txn) != CODE_OK ||
        journal_read(txn, after, &all, 10000, 16u << 20, &arena, &batch) != CODE_OK)
        abort();
    for (size_t i = 0; i < batch.n_entries; i++) {
        const Pb__JournalEntry *entry = batch.entries[i];
        const ProtobufCMessageDescriptor *type = wire_message_find(entry->record_type);
        ProtobufCMessage *record = NULL;
        size += (size_t)snprintf(ret_text + size, ANSWER_TEXT_BYTES - size, "%s %lu %d ", entry->record_type,
                                 (unsigned long)entry->version, entry->change_case);
        if (entry->change_case == PB__JOURNAL_ENTRY__CHANGE_CONTENT && type &&
            wire_unpack(type, span_of(entry->content.data, entry->content.len), &arena, &record, NULL) ==
                CODE_OK)
            print_message(record, &arena, ret_text + size);
        else
            ret_text[size] = '\0';
        size += strlen(ret_text + size);
    }
    ret_text[size] = '\0';
    store_end(txn);
    arena_finish(&arena);
}

void state_text(struct host *host, char *ret_text)
{
    struct store_txn *txn = NULL;
    struct arena arena;
    ProtobufCMessage *record = NULL;
    size_t size = 0;
    arena_init(&arena, 64u << 20);
    if (store_read_begin(service_store(host->service), &txn) != CODE_OK)
        abort();
    for (const struct table *const *table = host->options.tables; *table; table++) {
        struct record_scan scan = {.txn = txn, .table = *table};
        while (record_scan_next(&scan, &arena, &record) == CODE_OK) {
            assert(size + ANSWER_TEXT_BYTES < STATE_TEXT_BYTES);
            size += (size_t)sprintf(ret_text + size, "%s ", (*table)->name);
            print_message(record, &arena, ret_text + size);
            size += strlen(ret_text + size);
            ret_text[size++] = '\n';
            arena_reset(&arena);
        }
        record_scan_finish(&scan);
    }
    ret_text[size] = '\0';
    store_end(txn);
    arena_finish(&arena);
}
