/* Files beside answers. In: parts, in order; then the digest of all. Out: a head and its parts, sealed, whose
 * kind was found by what they hold. Parts are records of their own, in no journal and no history: a file that
 * is taken from a draft is gone. A whole file is looked at on a thread of the pool. */

#define SERVICE_TYPE Pb__ReportsService_Service

#include "common/service/slow_read.h"
#include "services/monitoring/handlers/support.h"
#include "services/monitoring/rules_evidence.h"

#include <sodium.h>

enum { DIGEST_BYTES = 32, ONE_CHUNK_ARENA_BYTES = 8 * 1024 * 1024 };

static uint32_t chunks_of(const Pb__Evidence *evidence)
{
    return (uint32_t)((evidence->size + BLOB_CHUNK_BYTES - 1) / BLOB_CHUNK_BYTES);
}

/* A file of a draft that the caller writes. NULL: refused. */
static Pb__Evidence *own_evidence(struct command *command, const char *id)
{
    Pb__Evidence *evidence = load_known(command, &monitoring_evidence, id, REFUSAL_EVIDENCE_UNKNOWN);
    if (!evidence || !load_report_to(command, evidence->report_id, REPORT_SAVE))
        return NULL;
    command->subject = evidence->id;
    return evidence;
}

/* --- begun -----------------------------------------------------------------------------------------------
 */

static size_t count_beside(const struct collected *evidence, const char *question_id)
{
    size_t count = 0;
    for (size_t i = 0; i < evidence->count; i++)
        count += strcmp(((const Pb__Evidence *)evidence->items[i])->question_id, question_id) == 0;
    return count;
}

HANDLE(BeginEvidence, begin_evidence)
{
    struct collected there;
    TRY(check_record(command, &in->base));
    const Pb__Report *report = load_report_to(command, in->report_id, REPORT_SAVE);
    Pb__Evidence *evidence = arena_new(command->arena, Pb__Evidence);
    if (!report)
        return command->fault.code;
    if (!evidence)
        return no_memory(command);
    const Pb__FormTemplate *form = load_form_of(command, report->form_id);
    const struct walk all = {.table = &monitoring_evidence,
                             .index = INDEX_REPORT,
                             .value = key_of_uuid(report->id, command->arena)};
    if (!form)
        return command->fault.code;
    TRY(collect(command, &all, NULL, NULL, &there));
    TRY(check(command, evidence_begin_check(in, form, count_beside(&there, in->question_id), there.count)));
    pb__evidence__init(evidence);
    evidence->name = evidence_name(in->name, command->arena);
    TRY(check(command, evidence->name ? REFUSAL_NONE : REFUSAL_EVIDENCE_NAME));
    evidence->id = command_new_id(command);
    evidence->meta = meta_like(command, report->meta);
    evidence->report_id = report->id;
    evidence->question_id = in->question_id;
    evidence->size = in->size;
    evidence->authority_id = report->authority_id;
    if (!evidence->id || !evidence->meta)
        return no_memory(command);
    command->subject = evidence->id;
    TRY(put(command, &monitoring_evidence, evidence));
    out->evidence = evidence;
    return CODE_OK;
}

/* --- its parts -------------------------------------------------------------------------------------------
 */

HANDLE(AppendEvidence, append_evidence)
{
    (void)out;
    Pb__EvidenceChunk chunk = PB__EVIDENCE_CHUNK__INIT;
    Pb__Evidence *evidence = own_evidence(command, in->evidence_id);
    if (!evidence)
        return command->fault.code;
    TRY(check(command, evidence_chunk_check(evidence, in->chunk, in->data.len)));
    chunk.id = chunk_id(evidence->id, in->chunk, command->arena);
    if (!chunk.id)
        return no_memory(command);
    chunk.data = in->data;
    evidence->chunks = in->chunk + 1;
    TRY(put(command, &monitoring_chunks, &chunk));
    return put(command, &monitoring_evidence, evidence);
}

static enum code read_chunk(struct command *command, const Pb__Evidence *evidence, uint32_t chunk,
                            struct arena *arena, struct span *ret_data)
{
    ProtobufCMessage *record = NULL;
    const char *id = chunk_id(evidence->id, chunk, arena);
    if (!id)
        return no_memory(command);
    enum code code = record_get(command->txn, &monitoring_chunks, key_of_text(id), arena, &record);
    if (code == CODE_NOT_FOUND)
        return refuse(command, CODE_DATA_LOSS, "", "part %u of the file %.64s is missing", chunk,
                      evidence->id);
    TRY(code);
    const Pb__EvidenceChunk *found = (const Pb__EvidenceChunk *)record;
    *ret_data = span_of(found->data.data, found->data.len);
    return CODE_OK;
}

/* --- whole -----------------------------------------------------------------------------------------------
 */

struct looking {
    struct slow_read read; /* first */
    const Pb__Evidence *evidence;
    struct span digest_sent;
    struct evidence_look look;
    uint8_t digest[DIGEST_BYTES];
};

static enum code look_at(struct looking *looking, crypto_generichash_state *hash, uint32_t number,
                         struct arena *arena)
{
    struct span part;
    TRY(read_chunk(&looking->read.reading, looking->evidence, number, arena, &part));
    evidence_look_at(&looking->look, part);
    crypto_generichash_update(hash, part.data, part.size);
    return CODE_OK;
}

static enum code look_at_all(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    crypto_generichash_state hash;
    struct arena arena;
    enum code code = CODE_OK;
    arena_init(&arena, ONE_CHUNK_ARENA_BYTES);
    evidence_look_init(&looking->look);
    crypto_generichash_init(&hash, NULL, 0, DIGEST_BYTES);
    for (uint32_t i = 0; i < looking->evidence->chunks && code == CODE_OK; i++) {
        code = look_at(looking, &hash, i, &arena);
        arena_reset(&arena);
    }
    crypto_generichash_final(&hash, looking->digest, DIGEST_BYTES);
    arena_finish(&arena);
    return code;
}

static enum code finish_look(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__FinishEvidenceResponse *out = (Pb__FinishEvidenceResponse *)message;
    enum evidence_kind kind;
    const struct span digest = span_of(looking->digest, DIGEST_BYTES);
    TRY(slow_read_result(command, &looking->read));
    Pb__Evidence *evidence = own_evidence(command, looking->evidence->id);
    if (!evidence)
        return command->fault.code;
    TRY(check(command, evidence_finish_check(evidence, &looking->look, digest, looking->digest_sent, &kind)));
    const struct evidence_facts *facts = evidence_facts(kind);
    evidence->media_type = facts->media_type;
    evidence->safe_inline = facts->safe_inline;
    evidence->digest = (ProtobufCBinaryData){DIGEST_BYTES, looking->digest};
    evidence->complete = true;
    TRY(put(command, &monitoring_evidence, evidence));
    out->evidence = evidence;
    return CODE_OK;
}

HANDLE(FinishEvidence, finish_evidence)
{
    (void)out;
    struct looking *looking = arena_new(command->arena, struct looking);
    const Pb__Evidence *evidence = own_evidence(command, in->evidence_id);
    if (!evidence)
        return command->fault.code;
    if (!looking)
        return no_memory(command);
    TRY(check(command, evidence->complete                       ? REFUSAL_EVIDENCE_WHOLE
                       : evidence->chunks < chunks_of(evidence) ? REFUSAL_EVIDENCE_PARTS_MISSING
                                                                : REFUSAL_NONE));
    looking->read.work = look_at_all;
    looking->evidence = evidence;
    looking->digest_sent = span_of(in->digest.data, in->digest.len);
    return defer_read(command, &looking->read, finish_look);
}

/* --- taken away, and read --------------------------------------------------------------------------------
 */

HANDLE(RemoveEvidence, remove_evidence)
{
    (void)out;
    const Pb__Evidence *evidence = own_evidence(command, in->evidence_id);
    if (!evidence)
        return command->fault.code;
    for (uint32_t i = 0; i < evidence->chunks; i++) {
        const char *id = chunk_id(evidence->id, i, command->arena);
        if (!id)
            return no_memory(command);
        TRY(record_delete(command->txn, &monitoring_chunks, key_of_text(id)));
    }
    return record_delete(command->txn, &monitoring_evidence, key_of_uuid(evidence->id, command->arena));
}

/* A file goes with its report (rule M4). */
HANDLE(ReadEvidence, read_evidence)
{
    struct span data;
    Pb__Evidence *evidence =
        load_known(command, &monitoring_evidence, in->evidence_id, REFUSAL_EVIDENCE_UNKNOWN);
    if (!evidence)
        return command->fault.code;
    if (!load_report(command, evidence->report_id, REPORT_ACT_READ))
        return check(command, REFUSAL_EVIDENCE_UNKNOWN);
    command->subject = evidence->id;
    TRY(check(command, evidence->complete ? REFUSAL_NONE : REFUSAL_EVIDENCE_PARTS_MISSING));
    TRY(check(command, in->chunk < evidence->chunks ? REFUSAL_NONE : REFUSAL_EVIDENCE_CHUNK));
    TRY(read_chunk(command, evidence, in->chunk, command->arena, &data));
    out->evidence = evidence;
    out->data = (ProtobufCBinaryData){data.size, (uint8_t *)(uintptr_t)data.data};
    return CODE_OK;
}
