/* Files beside answers: sent in parts and completed with their digest; fetched the same way, and held against
 * it. In: a file, or the UUID of one. Out: the other. */

#include "services/cli/report.h"

#include "services/cli/file.h"
#include "services/cli/show_monitoring.h"

#include "common/base/limits.h"

#include <sodium.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static enum code send_parts(struct cli *cli, const Pb__Evidence *evidence, struct span bytes,
                            struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    struct progress progress = {.what = "sending the file, KB"};
    enum code code = CODE_OK;
    for (size_t at = 0; at < bytes.size && code == CODE_OK; at += BLOB_CHUNK_BYTES) {
        size_t left = bytes.size - at;
        Pb__AppendEvidenceRequest request;
        pb__append_evidence_request__init(&request);
        request.evidence_id = evidence->id;
        request.chunk = (uint32_t)(at / BLOB_CHUNK_BYTES);
        request.data.data = (uint8_t *)(uintptr_t)(bytes.data + at);
        request.data.len = left < BLOB_CHUNK_BYTES ? left : BLOB_CHUNK_BYTES;
        code = cli_call(cli, NULL, "ReportsService/AppendEvidence", &request.base, &response, ret_fault);
        progress_show(&progress, world_mono_us(cli->world), at / 1024, bytes.size / 1024);
    }
    progress_finish(&progress);
    return code;
}

static enum code finish(struct cli *cli, const Pb__Evidence *evidence, struct span bytes,
                        const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    uint8_t digest[32];
    Pb__FinishEvidenceRequest request;
    pb__finish_evidence_request__init(&request);
    if (sodium_init() < 0)
        return CODE_INTERNAL;
    crypto_generichash(digest, sizeof digest, bytes.data, bytes.size, NULL, 0);
    request.evidence_id = evidence->id;
    request.digest.data = digest;
    request.digest.len = sizeof digest;
    return cli_call(cli, NULL, "ReportsService/FinishEvidence", &request.base, ret_response, ret_fault);
}

/* What was begun and refused would stand in the way of its report. */
static int give_up(struct cli *cli, const Pb__Evidence *evidence, const struct fault *why)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__RemoveEvidenceRequest request;
    pb__remove_evidence_request__init(&request);
    request.evidence_id = evidence->id;
    if (cli_call(cli, NULL, "ReportsService/RemoveEvidence", &request.base, &response, &fault) != CODE_OK)
        cli_complain(EX_UNAVAILABLE, "part of the file is left: ccrag monitoring report evidence remove %s",
                     evidence->id);
    return cli_fail(cli, why);
}

int run_evidence_add(struct cli *cli)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    struct span bytes;
    Pb__BeginEvidenceRequest begin;
    pb__begin_evidence_request__init(&begin);
    if (file_read(cli, cli->arguments[2], EVIDENCE_BYTES_MAX, &bytes, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    const char *name = cli_option(cli, "name");
    begin.report_id = cli->arguments[0];
    begin.question_id = cli->arguments[1];
    begin.name = name ? name : base_name(cli->arguments[2]);
    begin.size = bytes.size;
    if (cli_call(cli, NULL, "ReportsService/BeginEvidence", &begin.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    const Pb__Evidence *evidence = ((const Pb__BeginEvidenceResponse *)(const void *)response)->evidence;
    if (!evidence)
        return cli_complain(EX_SOFTWARE, "the answer names no file");
    if (send_parts(cli, evidence, bytes, &fault) != CODE_OK ||
        finish(cli, evidence, bytes, &response, &fault) != CODE_OK)
        return give_up(cli, evidence, &fault);
    if (cli->json)
        return show_json(cli, response);
    evidence = ((const Pb__FinishEvidenceResponse *)(const void *)response)->evidence;
    if (evidence)
        printf("%s is kept beside %s: %s, %llu KB.\n\nFetch it: ccrag monitoring report evidence get %s %s\n",
               evidence->name, evidence->question_id, evidence->media_type,
               (unsigned long long)(evidence->size + 1023) / 1024, evidence->id, evidence->name);
    return EX_OK;
}

static enum code read_part(struct cli *cli, const char *evidence, uint32_t chunk,
                           const Pb__ReadEvidenceResponse **ret_part, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__ReadEvidenceRequest request;
    pb__read_evidence_request__init(&request);
    request.evidence_id = evidence;
    request.chunk = chunk;
    enum code code = cli_call(cli, NULL, "ReportsService/ReadEvidence", &request.base, &response, ret_fault);
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
