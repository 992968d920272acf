/* Where sessions are kept between runs: one file each, mode 0600, in a folder named after the region's public
 * key, so that two regions never mix. The token is all it holds. */

#include "services/cli/sessions.h"

#include "common/service/region.h"

#include "ccrag/v1/people.pb-c.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOKEN_BYTES_MAX = 256, REGION_NAME_BYTES = 8 };

/* The folder of this region's sessions, made where it is missing. NULL: it cannot be. */
static const char *folder(struct cli *cli, struct fault *ret_fault)
{
    if (cli_open(cli, ret_fault) != CODE_OK)
        return NULL;
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    const char *base =
        state && *state ? state : arena_format(&cli->arena, "%s/.local/state", home ? home : ".");
    char name[REGION_NAME_BYTES * 2 + 1];
    for (size_t i = 0; i < REGION_NAME_BYTES; i++)
        snprintf(name + i * 2, 3, "%02x", region_signing_key(cli->region)[i]);
    char *path = arena_format(&cli->arena, "%s/ccrag/%s", base, name);
    for (char *slash = path ? path + 1 : NULL; slash; slash = strchr(slash + 1, '/')) {
        if (*slash != '/')
            continue;
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
    if (!path || (mkdir(path, 0700) != 0 && errno != EEXIST)) {
        fault_set(ret_fault, CODE_INTERNAL, "", "%s cannot be made: %s", path ? path : base, strerror(errno));
        return NULL;
    }
    return path;
}

static const char *file_of(struct cli *cli, const char *email, struct fault *ret_fault)
{
    const char *path = folder(cli, ret_fault);
    char *name = arena_text(&cli->arena, email);
    for (char *c = name; path && c && *c; c++)
        *c = isalnum((unsigned char)*c) || strchr("@.-_+", *c) ? (char)tolower((unsigned char)*c) : '_';
    return path && name ? arena_format(&cli->arena, "%s/%s.session", path, name) : NULL;
}

enum code session_keep(struct cli *cli, const char *email, struct span token, struct fault *ret_fault)
{
    const char *path = file_of(cli, email, ret_fault);
    if (!path)
        return CODE_INTERNAL;
    unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool written = file >= 0 && write(file, token.data, token.size) == (ssize_t)token.size;
    if (file >= 0 && close(file) != 0)
        written = false;
    if (!written)
        return fault_set(ret_fault, CODE_INTERNAL, "", "the session cannot be kept in %s: %s", path,
                         strerror(errno));
    return CODE_OK;
}

enum code session_forget(struct cli *cli, const char *email, struct fault *ret_fault)
{
    const char *path = file_of(cli, email, ret_fault);
    if (!path)
        return CODE_INTERNAL;
    if (unlink(path) != 0 && errno != ENOENT)
        return fault_set(ret_fault, CODE_INTERNAL, "", "%s cannot be removed: %s", path, strerror(errno));
    return CODE_OK;
}

enum code session_read(struct cli *cli, const char *email, struct span *ret_token, struct fault *ret_fault)
{
    const char *path = file_of(cli, email, ret_fault);
    if (!path)
        return CODE_INTERNAL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat facts;
    uint8_t *token = arena_alloc(&cli->arena, TOKEN_BYTES_MAX);
    if (file < 0 || !token || fstat(file, &facts) != 0) {
        if (file >= 0)
            close(file);
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "as", "nobody is signed in here as %s", email);
    }
    ssize_t size = (facts.st_mode & 077) == 0 ? read(file, token, TOKEN_BYTES_MAX) : -1;
    close(file);
    if (size <= 0)
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "as",
                         "%s is empty, or others can read it: remove it and sign in anew", path);
    *ret_token = span_of(token, (size_t)size);
    return CODE_OK;
}

enum code session_claim(struct cli *cli, const char *email, const Pb__SignedClaim **ret_claim,
                        struct fault *ret_fault)
{
    struct span token;
    struct client *client;
    enum code code = session_read(cli, email, &token, ret_fault);
    if (code == CODE_OK)
        code = cli_client(cli, "registry", &client, ret_fault);
    if (code != CODE_OK)
        return code;
    Pb__RenewClaimRequest request;
    pb__renew_claim_request__init(&request);
    request.session_token.data = (uint8_t *)(uintptr_t)token.data;
    request.session_token.len = token.size;
    struct call_options options = {.command = true};
    const ProtobufCMessage *response;
    struct client_answer answer = {0};
    code = client_call_wait(client, "ccrag.v1.PeopleService/RenewClaim", &request.base, &options, &cli->arena,
                            &response, &answer);
    if (code != CODE_OK) {
        *ret_fault = answer.fault;
        return code;
    }
    *ret_claim = ((const Pb__RenewClaimResponse *)response)->claim;
    return CODE_OK;
}
