#pragma once
/* Accounts, passwords, waits and claims (rules S1, S6). Pure: hashing and randomness are elsewhere. */

#include "services/registry/rules_text.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/people.pb-c.h"

/* Is the account itself right? Roles that go together: an LA's, or the host's with an LA's, or a provider's
 * alone. */
enum registry_refusal person_check(const Pb__Person *person);

/* Who manages accounts. */
struct manager {
    bool host;               /* the host's administrator, or the operator: anyone's */
    const char *person_id;   /* "" without a person */
    const char *authority;   /* an LA administrator's LA; otherwise "" */
    const char *provider_id; /* a provider's person: theirs; otherwise "" */
};

/* May this manager keep that account as it is, or as it shall be? NOT_YOUR_PEOPLE, or ROLES_NOT_YOURS where
 * it has or gets roles that are not theirs to give. */
enum registry_refusal person_manager_check(const Pb__Person *person, const struct manager *manager);
/* May they read it: an account one manages, or one's own. */
bool person_is_visible(const Pb__Person *person, const struct manager *manager);

/* Rule S6: length, not a common one, not made of the mailbox or the region's name. */
enum registry_refusal password_check(const char *password, const char *email, const char *region_name);
/* One of the first that are tried: the words of common_passwords.c, alone, repeated or two together, with
 * whatever digits and signs around and letters written as digits; digits alone; fewer than five different
 * characters. */
bool password_is_common(const char *password);

/* How long the next try waits after so many failures in a row: 0, then 1, 2, 4 … 60 s. Never for ever. */
int64_t sign_in_wait_ms(uint32_t failures);

/* May a code of this time step be used? Each is good once (RFC 6238, section 5.2). */
bool one_time_step_is_new(int64_t step, int64_t last_step);

/* May this person sign in now? SIGN_IN_WRONG when disabled; SIGN_IN_NOT_MEMBER where their LA is not an
 * active member (rule R1: only active members see shared information) and they are not the host's.
 * `authority` NULL: not of an LA. */
enum registry_refusal person_sign_in_check(const Pb__Person *person, const Pb__Authority *authority);

/* The claim that a person acts under, from now on. Texts and lists are borrowed. */
Pb__Claim person_claim(const Pb__Person *person, int64_t now_ms);
