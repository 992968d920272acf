/* EvidenceService, of every service that keeps forms with files. In: parts, in order; then the digest of all.
 * Out: a head and its parts, sealed, whose kind was found by what they hold. Parts are records of their own:
 * a file that is taken from a draft is gone. A whole file is looked at on a thread of the pool. */

#include "common/service/evidence_keeping.h"

#include "common/forms/evidence.h"
#include "common/service/form_keeping.h"
#include "common/service/index_values.h"
#include "common/service/internal.h"
#include "common/service/slow_read.h"

#include <sodium.h>
#include <stdio.h>

#include "ccrag/v1/handlers.h"

#define SERVICE_TYPE Pb__EvidenceService_Service

enum { DIGEST_BYTES = 32, ONE_CHUNK_ARENA_BYTES = 8 * 1024 * 1024 };

static const struct evidence_keeping *keeping_of(const struct command *command)
{
    return command->service->options.evidence;
}

/* CODE_OK for FORM_REFUSAL_NONE; otherwise the request is refused as form_refusal_facts says. */
static enum code check(struct command *command, enum form_refusal refusal)
{
    return refuse_with(command, form_refusal_facts(refusal), NULL);
}

/* --- found ------------------------------------------------------------------------------------------- */

static void values_by_owner(const ProtobufCMessage *record, struct arena *arena,
                            struct index_values *ret_values)
{
    index_add(ret_values, key_of_uuid(((const Pb__Evidence *)record)->of_id, arena));
}

const struct table_index evidence_indexes[EVIDENCE_INDEXES] = {{.name = INDEX_OF, .values = values_by_owner}};

const char *evidence_part_id(const char *evidence_id, uint32_t part, struct arena *arena)
{
    return arena_format(arena, "%s/%04u", evidence_id, part);
}

enum code collect_evidence(struct command *command, const char *of_id, struct collected *ret_files)
{
    const struct walk all = {
        .table = keeping_of(command)->files, .index = INDEX_OF, .value = key_of_uuid(of_id, command->arena)};
    return collect(command, &all, NULL, NULL, ret_files);
}

/* NULL: refused. */
static Pb__Evidence *load_evidence(struct command *command, const char *id)
{
    return load_or_refuse(command, keeping_of(command)->files, id,
                          form_refusal_facts(FORM_REFUSAL_EVIDENCE_UNKNOWN));
}

/* A file of a draft that the caller writes. NULL: refused. */
static Pb__Evidence *own_evidence(struct command *command, const char *id)
{
    struct evidence_owner owner;
    Pb__Evidence *evidence = load_evidence(command, id);
    if (!evidence)
        return NULL;
    enum code code = keeping_of(command)->load_owner(command, evidence->of_id, &owner);
    if (code != CODE_OK)
        return refused(command, code);
    command->subject = evidence->id;
    return evidence;
}

/* --- begun ------------------------------------------------------------------------------------------- */

static size_t count_beside(const struct collected *evidence, const char *question_id)
{
    size_t count = 0;
    for (size_t i = 0; i < evidence->count; i++)
        count += strcmp(((const Pb__Evidence *)evidence->items[i])->question_id, question_id) == 0;
    return count;
}

/* What is refused of the owner is said of the field that named it. */
static enum code load_owner(struct command *command, const char *of_id, struct evidence_owner *ret_owner)
{
    enum code code = keeping_of(command)->load_owner(command, of_id, ret_owner);
    if (code != CODE_OK && command->fault.field[0])
        snprintf(command->fault.field, sizeof command->fault.field, "of_id");
    return code;
}

static enum code check_room(struct command *command, const Pb__BeginEvidenceRequest *in,
                            const struct evidence_owner *owner)
{
    struct collected there;
    const Pb__FormTemplate *form = load_form_of(command, owner->form_id);
    if (!form)
        return command->fault.code;
    TRY(collect_evidence(command, owner->id, &there));
    return check(command, evidence_begin_check(in, form, count_beside(&there, in->question_id), there.count));
}

HANDLE(BeginEvidence, begin_evidence)
{
    struct evidence_owner owner;
    Pb__Evidence *evidence = arena_new(command->arena, Pb__Evidence);
    TRY(check_record(command, &in->base));
    TRY(load_owner(command, in->of_id, &owner));
    TRY(check_room(command, in, &owner));
    if (!evidence)
        return no_memory(command);
    pb__evidence__init(evidence);
    evidence->name = evidence_name(in->name, command->arena);
    TRY(check(command, evidence->name ? FORM_REFUSAL_NONE : FORM_REFUSAL_EVIDENCE_NAME));
    evidence->id = command_new_id(command);
    evidence->meta = meta_like(command, owner.meta);
    evidence->of_id = owner.id;
    evidence->question_id = in->question_id;
    evidence->size = in->size;
    evidence->authority_id = owner.authority_id;
    evidence->provider_id = owner.provider_id;
    if (!evidence->id || !evidence->meta)
        return no_memory(command);
    command->subject = evidence->id;
    TRY(put(command, keeping_of(command)->files, evidence));
    out->evidence = evidence;
    return CODE_OK;
}

/* --- its parts --------------------------------------------------------------------------------------- */

HANDLE(AppendEvidence, append_evidence)
{
    (void)out;
    Pb__EvidenceChunk chunk = PB__EVIDENCE_CHUNK__INIT;
    Pb__Evidence *evidence = own_evidence(command, in->evidence_id);
    if (!evidence)
        return command->fault.code;
    TRY(check(command, evidence_chunk_check(evidence, in->chunk, in->data.len)));
    chunk.id = evidence_part_id(evidence->id, in->chunk, command->arena);
    if (!chunk.id)
        return no_memory(command);
    chunk.data = in->data;
    evidence->chunks = in->chunk + 1;
    TRY(put(command, keeping_of(command)->parts, &chunk));
    return put(command, keeping_of(command)->files, evidence);
}

static enum code read_chunk(struct command *command, const Pb__Evidence *evidence, uint32_t chunk,
                            struct arena *arena, struct span *ret_data)
{
    ProtobufCMessage *record = NULL;
    const char *id = evidence_part_id(evidence->id, chunk, arena);
    if (!id)
        return no_memory(command);
    enum code code = record_get(command->txn, keeping_of(command)->parts, key_of_text(id), arena, &record);
    if (code == CODE_NOT_FOUND)
        return refuse(command, CODE_DATA_LOSS, "", "part %u of the file %.64s is missing", chunk,
                      evidence->id);
    TRY(code);
    const Pb__EvidenceChunk *found = (const Pb__EvidenceChunk *)record;
    *ret_data = span_of(found->data.data, found->data.len);
    return CODE_OK;
}

/* --- whole ------------------------------------------------------------------------------------------- */

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
    TRY(put(command, keeping_of(command)->files, evidence));
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
    TRY(check(command, evidence->complete                            ? FORM_REFUSAL_EVIDENCE_WHOLE
                       : evidence->chunks < evidence_parts(evidence) ? FORM_REFUSAL_EVIDENCE_PARTS_MISSING
                                                                     : FORM_REFUSAL_NONE));
    looking->read.work = look_at_all;
    looking->evidence = evidence;
    looking->digest_sent = span_of(in->digest.data, in->digest.len);
    return defer_read(command, &looking->read, finish_look);
}

/* --- taken away, and read ---------------------------------------------------------------------------- */

HANDLE(RemoveEvidence, remove_evidence)
{
    (void)out;
    const Pb__Evidence *evidence = own_evidence(command, in->evidence_id);
    if (!evidence)
        return command->fault.code;
    if (keeping_of(command)->check_removal)
        TRY(keeping_of(command)->check_removal(command, evidence));
    for (uint32_t i = 0; i < evidence->chunks; i++) {
        const char *id = evidence_part_id(evidence->id, i, command->arena);
        if (!id)
            return no_memory(command);
        TRY(record_delete(command->txn, keeping_of(command)->parts, key_of_text(id)));
    }
    return record_delete(command->txn, keeping_of(command)->files, key_of_uuid(evidence->id, command->arena));
}

/* A file goes with what it belongs to (rule M4): of what is not to be read there is no file. */
static enum code check_reader(struct command *command, const Pb__Evidence *evidence)
{
    enum code code = keeping_of(command)->check_reader(command, evidence);
    bool hidden = code == CODE_NOT_FOUND || code == CODE_PERMISSION_DENIED;
    return hidden ? check(command, FORM_REFUSAL_EVIDENCE_UNKNOWN) : code;
}

HANDLE(ReadEvidence, read_evidence)
{
    struct span data;
    Pb__Evidence *evidence = load_evidence(command, in->evidence_id);
    if (!evidence)
        return command->fault.code;
    TRY(check_reader(command, evidence));
    command->subject = evidence->id;
    TRY(check(command, evidence->complete ? FORM_REFUSAL_NONE : FORM_REFUSAL_EVIDENCE_PARTS_MISSING));
    TRY(check(command, in->chunk < evidence->chunks ? FORM_REFUSAL_NONE : FORM_REFUSAL_EVIDENCE_CHUNK));
    TRY(read_chunk(command, evidence, in->chunk, command->arena, &data));
    out->evidence = evidence;
    out->data = (ProtobufCBinaryData){data.size, (uint8_t *)(uintptr_t)data.data};
    return CODE_OK;
}

static const Pb__EvidenceService_Service handlers = PB__EVIDENCE_SERVICE__INIT(on_);

const struct api evidence_apis[] = {
    {.descriptor = &pb__evidence_service__descriptor, .handlers = &handlers.base},
    {.descriptor = NULL},
};
