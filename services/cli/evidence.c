/* Files beside answers, of whatever service keeps them: sent in parts and completed with their digest;
 * fetched the same way, and held against it. In: a file, or the UUID of one. Out: the other. */

#include "services/cli/evidence.h"

#include "services/cli/file.h"
#include "services/cli/show.h"

#include "common/base/limits.h"

#include <sodium.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const struct cli_option EVIDENCE_ADD_OPTIONS[] = {
    {.name = "name", .value = "NAME", .meaning = "What the file is called (as it is)."},
    {0},
};
const struct cli_call_plan EVIDENCE_REMOVE = {.method = "EvidenceService/RemoveEvidence",
                                              .arguments = {"evidence_id"}};

/* --- sent -------------------------------------------------------------------------------------------- */

static enum code send_parts(struct cli *cli, const char *service, const char *id, struct span bytes,
                            struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    struct progress progress = {.what = "sending the file, KB"};
    enum code code = CODE_OK;
    for (size_t at = 0; at < bytes.size && code == CODE_OK; at += BLOB_CHUNK_BYTES) {
        size_t left = bytes.size - at;
        Pb__AppendEvidenceRequest request;
        pb__append_evidence_request__init(&request);
        request.evidence_id = id;
        request.chunk = (uint32_t)(at / BLOB_CHUNK_BYTES);
        request.data.data = (uint8_t *)(uintptr_t)(bytes.data + at);
        request.data.len = left < BLOB_CHUNK_BYTES ? left : BLOB_CHUNK_BYTES;
        code = cli_call(cli, service, "EvidenceService/AppendEvidence", &request.base, &response, ret_fault);
        progress_show(&progress, world_mono_us(cli->world), at / 1024, bytes.size / 1024);
    }
    progress_finish(&progress);
    return code;
}

static enum code finish(struct cli *cli, const char *service, const char *id, struct span bytes,
                        const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    uint8_t digest[32];
    Pb__FinishEvidenceRequest request;
    pb__finish_evidence_request__init(&request);
    if (sodium_init() < 0)
        return CODE_INTERNAL;
    crypto_generichash(digest, sizeof digest, bytes.data, bytes.size, NULL, 0);
    request.evidence_id = id;
    request.digest.data = digest;
    request.digest.len = sizeof digest;
    return cli_call(cli, service, "EvidenceService/FinishEvidence", &request.base, ret_response, ret_fault);
}

/* What was begun and refused would stand in the way of its draft. */
static void give_up(struct cli *cli, const char *service, const char *id)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__RemoveEvidenceRequest request;
    pb__remove_evidence_request__init(&request);
    request.evidence_id = id;
    if (cli_call(cli, service, "EvidenceService/RemoveEvidence", &request.base, &response, &fault) != CODE_OK)
        cli_complain(EX_UNAVAILABLE,
                     "part of the file is left; take it away: ccrag call RemoveEvidence '{\"evidenceId\": "
                     "\"%s\"}' --service %s",
                     id, service);
}

enum code evidence_send(struct cli *cli, const char *service, const char *of_id, const char *question_id,
                        const char *name, struct span bytes, const Pb__FinishEvidenceResponse **ret_response,
                        struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__BeginEvidenceRequest begin;
    pb__begin_evidence_request__init(&begin);
    begin.of_id = of_id;
    begin.question_id = question_id;
    begin.name = name;
    begin.size = bytes.size;
    enum code code =
        cli_call(cli, service, "EvidenceService/BeginEvidence", &begin.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__Evidence *evidence = ((const Pb__BeginEvidenceResponse *)(const void *)response)->evidence;
    if (!evidence)
        return fault_set(ret_fault, CODE_INTERNAL, "", "the answer names no file");
    code = send_parts(cli, service, evidence->id, bytes, ret_fault);
    if (code == CODE_OK)
        code = finish(cli, service, evidence->id, bytes, &response, ret_fault);
    if (code != CODE_OK)
        give_up(cli, service, evidence->id);
    else
        *ret_response = (const Pb__FinishEvidenceResponse *)(const void *)response;
    return code;
}

int run_evidence_add(struct cli *cli)
{
    const Pb__FinishEvidenceResponse *response;
    struct fault fault = {0};
    struct span bytes;
    if (file_read(cli, cli->arguments[2], EVIDENCE_BYTES_MAX, &bytes, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    const char *name = cli_option(cli, "name");
    if (evidence_send(cli, cli->command->service, cli->arguments[0], cli->arguments[1],
                      name ? name : base_name(cli->arguments[2]), bytes, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, &response->base);
    const Pb__Evidence *evidence = response->evidence;
    if (evidence)
        printf("%s is kept beside %s: %s, %llu KB.\n\nFetch it: ccrag %s %s %s\n", evidence->name,
               evidence->question_id, evidence->media_type,
               (unsigned long long)(evidence->size + 1023) / 1024, cli_words_beside(cli, "get"), evidence->id,
               evidence->name);
    return EX_OK;
}

/* --- fetched ----------------------------------------------------------------------------------------- */

static enum code read_part(struct cli *cli, const char *evidence, uint32_t chunk,
                           const Pb__ReadEvidenceResponse **ret_part, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__ReadEvidenceRequest request;
    pb__read_evidence_request__init(&request);
    request.evidence_id = evidence;
    request.chunk = chunk;
    enum code code = cli_call(cli, cli->command->service, "EvidenceService/ReadEvidence", &request.base,
                              &response, ret_fault);
    if (code != CODE_OK)
        return code;
    *ret_part = (const Pb__ReadEvidenceResponse *)(const void *)response;
    return (*ret_part)->evidence ? CODE_OK : CODE_INTERNAL;
}

static bool is_whole(const Pb__Evidence *evidence, struct span bytes)
{
    uint8_t digest[32];
    if (sodium_init() < 0 || bytes.size != evidence->size)
        return false;
    crypto_generichash(digest, sizeof digest, bytes.data, bytes.size, NULL, 0);
    return span_equal(span_of(digest, sizeof digest), span_of(evidence->digest.data, evidence->digest.len));
}

int run_evidence_get(struct cli *cli)
{
    const Pb__ReadEvidenceResponse *part;
    struct fault fault = {0};
    struct progress progress = {.what = "fetching the file, KB"};
    if (read_part(cli, cli->arguments[0], 0, &part, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    const Pb__Evidence *evidence = part->evidence;
    uint8_t *bytes =
        evidence->size <= EVIDENCE_BYTES_MAX ? arena_alloc(&cli->arena, evidence->size + 1) : NULL;
    size_t size = 0;
    if (!bytes)
        return cli_complain(EX_SOFTWARE, "the file is too large");
    for (uint32_t chunk = 1;; chunk++) {
        if (part->data.len > evidence->size - size)
            return cli_complain(EX_SOFTWARE, "more came than the file holds");
        if (part->data.len)
            memcpy(bytes + size, part->data.data, part->data.len);
        size += part->data.len;
        progress_show(&progress, world_mono_us(cli->world), size / 1024, evidence->size / 1024);
        if (size >= evidence->size || !part->data.len)
            break;
        if (read_part(cli, cli->arguments[0], chunk, &part, &fault) != CODE_OK)
            return cli_fail(cli, &fault);
    }
    progress_finish(&progress);
    if (!is_whole(evidence, span_of(bytes, size)))
        return cli_complain(EX_SOFTWARE, "what came is not the file that was kept: its digest differs");
    const char *path = cli->argument_count > 1 ? cli->arguments[1] : base_name(evidence->name);
    int status = file_write(cli, path, span_of(bytes, size));
    if (status == EX_OK && strcmp(path, "-") != 0 && !cli->json)
        printf("Wrote %s: %s, %zu KB.\n", path, evidence->media_type, (size + 1023) / 1024);
    return status;
}
