/* A request as such: taken from and given back to a small pool, recognised, refused.
 *
 * In: what intake.c read. Out: a request whose principal, claim and right are known good at this moment.
 * Neither link nor store is touched here. */

#include "common/service/internal.h"

#include <stdio.h>
#include <stdlib.h>

struct request *request_take(struct service *service)
{
    struct request *request = service->unused;
    if (request) {
        service->unused = request->next;
        service->unused_count--;
        struct arena arena = request->arena;
        memset(request, 0, sizeof *request);
        request->arena = arena;
        request->arena.limit_bytes = REQUEST_ARENA_BYTES;
        request->arena.pb.allocator_data = &request->arena;
    } else {
        request = calloc(1, sizeof *request);
        if (!request)
            return NULL;
        arena_init(&request->arena, REQUEST_ARENA_BYTES);
    }
    request->command.service = service;
    request->command.context = service->options.context;
    request->command.arena = &request->arena;
    request->command.fault.code = CODE_OK;
    return request;
}

void request_release(struct service *service, struct request *request)
{
    if (service->unused_count >= REQUESTS_UNUSED_MAX || request->arena.used_bytes > REQUEST_UNUSED_BYTES) {
        arena_finish(&request->arena);
        free(request);
        return;
    }
    arena_reset(&request->arena);
    request->next = service->unused;
    service->unused = request;
    service->unused_count++;
}

static enum code say(struct command *command, enum code code, const char *field, const char *reason,
                     va_list args) __attribute__((format(printf, 4, 0)));

static enum code say(struct command *command, enum code code, const char *field, const char *reason,
                     va_list args)
{
    char text[FAULT_REASON_BYTES];
    vsnprintf(text, sizeof text, reason, args);
    command->why = reason;
    return fault_set(&command->fault, code, field, "%s", text);
}

enum code request_refuse(struct request *request, enum code code, const char *field, const char *reason, ...)
{
    va_list args;
    va_start(args, reason);
    request->code = say(&request->command, code, field, reason, args);
    va_end(args);
    return code;
}

enum code refuse(struct command *command, enum code code, const char *field, const char *reason, ...)
{
    va_list args;
    va_start(args, reason);
    say(command, code, field, reason, args);
    va_end(args);
    return code;
}

bool request_is_early(const struct service *service, struct request *request)
{
    char reason[FAULT_REASON_BYTES];
    if (request->served->api->while_partial || follows_whole(service, reason, sizeof reason))
        return false;
    request->retry_after_ms = RETRY_NOT_READY_MS;
    request_refuse(request, CODE_UNAVAILABLE, "", "%s", reason);
    return true;
}

struct request *request_take_own(struct service *service)
{
    struct request *request = request_take(service);
    if (!request)
        return NULL;
    struct command *command = &request->command;
    request->principal = service->self;
    command->caller.principal = &request->principal;
    command->deadline_us = world_mono_us(service->world) + INT64_C(1000) * DEADLINE_MS_MAX;
    command_stamp(command, world_wall_ms(service->world));
    return request;
}

uint32_t retry_hint_ms(const struct service *service)
{
    uint32_t hint = RETRY_HINT_MS + (service->commands.waiting + service->reads.waiting) / 8;
    return hint < RETRY_HINT_MS_MAX ? hint : RETRY_HINT_MS_MAX;
}

void command_stamp(struct command *command, int64_t now_ms)
{
    command->now_ms = now_ms;
    command->today = date_from_unix_ms_london(now_ms);
}

const char *command_new_id(struct command *command)
{
    struct world *world = command->service->world;
    uint8_t random[10];
    world_random(world, random, sizeof random);
    struct uuid id = uuid_v7_after(&command->service->last_id, world_wall_ms(world), random);
    command->service->last_id = id;
    char *text = arena_alloc(command->arena, UUID_TEXT_BYTES);
    if (!text)
        return "";
    uuid_print(&id, text);
    return text;
}

enum code request_recognise(struct service *service, struct request *request)
{
    struct caller *caller = &request->command.caller;
    struct fault *fault = &request->command.fault;
    const struct principal *principal = roster_find_key(service->roster, &request->key);
    request->roster_generation = service->roster_generation;
    if (!principal)
        return request_refuse(request, CODE_UNAUTHENTICATED, "", "this key is not in the roster (any more)");
    request->principal = *principal;
    caller->principal = &request->principal;
    caller->claim = NULL;
    if (request->signed_claim) {
        int64_t now_ms = world_wall_ms(service->world);
        request->code = claims_check(service->claims, service->roster_generation, request->signed_claim,
                                     service->roster, now_ms, &request->arena, &caller->claim, fault);
        if (request->code != CODE_OK) {
            request->command.why = fault->reason; /* it quotes nothing, nor does the next */
            return request->code;
        }
        struct uuid person;
        if (!uuid_parse(caller->claim->person_id, &person)) {
            caller->claim = NULL;
            return request_refuse(request, CODE_UNAUTHENTICATED, "", "the claim names no person");
        }
    }
    request->code = right_check(request->served->right, caller, fault);
    if (request->code != CODE_OK)
        request->command.why = fault->reason;
    return request->code;
}
