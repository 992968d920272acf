#pragma once
/* Providers as commands and feeds carry them: some 300 bytes each when packed, whose identifiers rise with
 * their number. */

#include "common/base/arena.h"
#include "common/base/uuid.h"
#include "tests/bench/bench.h"

#include "ccrag/v1/provisions.pb-c.h"

/* The identifier of number `number`, in `arena`. */
static inline const char *rising_id(uint64_t number, struct arena *arena)
{
    uint8_t random[10] = {0};
    struct uuid id = uuid_v7(INT64_C(1700000000000) + (int64_t)number, random);
    char *text = arena_alloc(arena, UUID_TEXT_BYTES);
    BENCH_NEED(text, "out of memory");
    uuid_print(&id, text);
    return text;
}

/* In `arena`. `edit`: how often it was edited, for something that changes. */
static inline Pb__Provider *numbered_provider(uint64_t number, uint64_t edit, struct arena *arena)
{
    Pb__Provider *provider = arena_new(arena, Pb__Provider);
    pb__provider__init(provider);
    provider->id = rising_id(number, arena);
    provider->name = arena_format(arena, "Provider %08llu of measured care", (unsigned long long)number);
    provider->company_number = arena_format(arena, "%08llu", (unsigned long long)number);
    provider->parent = "A holding company whose name is as long as they are Limited";
    provider->ultimate_owner = "An owner of many such companies, registered elsewhere";
    provider->owner_country = "GB";
    provider->email = arena_format(arena, "office%llu@provider.example", (unsigned long long)number);
    provider->telephone = arena_format(arena, "01992 %06llu", (unsigned long long)(edit % 1000000));
    provider->sector = "Private";
    return provider;
}
