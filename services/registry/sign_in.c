/* Waits after failures to sign in (rule S6): delay, never denial. In: a mailbox and the time. Out: how long
 * to wait. The length of the wait is a rule (rules_people.c). */

#include "services/registry/sign_in.h"

#include "services/registry/rules_people.h"

#include <sodium.h>

static uint64_t mailbox_of(const struct sign_ins *sign_ins, const char *email)
{
    uint8_t lower[EMAIL_BYTES_MAX], hash[crypto_shorthash_BYTES];
    size_t size = strnlen(email, sizeof lower);
    for (size_t i = 0; i < size; i++)
        lower[i] = (uint8_t)(email[i] >= 'A' && email[i] <= 'Z' ? email[i] + ('a' - 'A') : email[i]);
    crypto_shorthash(hash, lower, size, sign_ins->key);
    uint64_t mailbox = get_u64_be(hash);
    return mailbox ? mailbox : 1;
}

/* The mailbox's place; else the free or longest unused one, emptied. */
static struct sign_in *place_of(struct sign_ins *sign_ins, uint64_t mailbox)
{
    struct sign_in *oldest = &sign_ins->items[0];
    for (size_t i = 0; i < SIGN_IN_MAILBOXES_MAX; i++) {
        struct sign_in *item = &sign_ins->items[i];
        if (item->mailbox == mailbox)
            return item;
        if (oldest->mailbox && (!item->mailbox || item->last_ms < oldest->last_ms))
            oldest = item;
    }
    *oldest = (struct sign_in){.mailbox = mailbox};
    return oldest;
}

int64_t sign_in_begin(struct sign_ins *sign_ins, const char *email, int64_t now_ms, const uint8_t random[16])
{
    if (!sign_ins->keyed) {
        static_assert(crypto_shorthash_KEYBYTES == sizeof sign_ins->key, "the key of SipHash");
        memcpy(sign_ins->key, random, sizeof sign_ins->key);
        sign_ins->keyed = true;
    }
    struct sign_in *item = place_of(sign_ins, mailbox_of(sign_ins, email));
    int64_t wait_ms = item->wait_until_ms - now_ms;
    if (wait_ms > 0)
        return wait_ms < SIGN_IN_WAIT_MS_MAX ? wait_ms : SIGN_IN_WAIT_MS_MAX;
    item->failures += item->failures < UINT32_MAX;
    item->wait_until_ms = now_ms + sign_in_wait_ms(item->failures);
    item->last_ms = now_ms;
    return 0;
}

void sign_in_succeeded(struct sign_ins *sign_ins, const char *email)
{
    *place_of(sign_ins, mailbox_of(sign_ins, email)) = (struct sign_in){0};
}
