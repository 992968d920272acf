/* Accounts (rules S1, S6). In: an account, who asks, a password. Out: a refusal, a wait, a claim. */

#include "services/registry/rules_people.h"

#include "common/base/limits.h"
#include "common/domain/gss.h"
#include "services/registry/common_passwords.h"

#include <ctype.h>

#define ROLE(name) PB__ROLE__ROLE_##name
#define BIT(name)  (1u << ROLE(name))

enum { LOCAL_PART_LEAST = 4, DIFFERENT_CHARACTERS_LEAST = 5 };

static const unsigned host_roles = BIT(HOST_ADMINISTRATOR) | BIT(AUDITOR);
static const unsigned authority_roles =
    BIT(AUTHORITY_ADMINISTRATOR) | BIT(PLACEMENT_OFFICER) | BIT(QUALITY_OFFICER) | BIT(FEES_OFFICER);

/* Roles as bits; false: none, an unknown one, or one twice. */
static bool role_bits(const Pb__Person *person, unsigned *ret_bits)
{
    unsigned bits = 0;
    for (size_t i = 0; i < person->n_roles; i++) {
        unsigned role = (unsigned)person->roles[i];
        if (role == 0 || role > ROLE(PROVIDER_USER) || (bits & 1u << role))
            return false;
        bits |= 1u << role;
    }
    *ret_bits = bits;
    return bits != 0;
}

enum registry_refusal person_check(const Pb__Person *person)
{
    unsigned bits;
    struct gss gss;
    if (person->name[0] == '\0')
        return REFUSAL_NAME_MISSING;
    if (!email_is_good(person->email))
        return REFUSAL_EMAIL_WRONG;
    if (!role_bits(person, &bits))
        return REFUSAL_ROLES_WRONG;
    if (bits & BIT(PROVIDER_USER)) {
        if (bits != BIT(PROVIDER_USER))
            return REFUSAL_ROLES_WRONG;
        return person->provider_id[0] && !person->authority_id[0] ? REFUSAL_NONE : REFUSAL_ROLES_PROVIDER;
    }
    if (person->provider_id[0])
        return REFUSAL_ROLES_WRONG;
    if (person->authority_id[0] ? gss_parse(person->authority_id, &gss, NULL) != CODE_OK
                                : (bits & authority_roles) != 0)
        return REFUSAL_ROLES_AUTHORITY;
    return REFUSAL_NONE;
}

enum registry_refusal person_manager_check(const Pb__Person *person, const struct manager *manager)
{
    unsigned bits = 0;
    if (manager->host)
        return REFUSAL_NONE;
    bool ours_as_authority = manager->authority[0] && strcmp(person->authority_id, manager->authority) == 0;
    bool ours_as_provider = manager->provider_id[0] && strcmp(person->provider_id, manager->provider_id) == 0;
    if (!ours_as_authority && !ours_as_provider)
        return REFUSAL_NOT_YOUR_PEOPLE;
    if (!role_bits(person, &bits))
        return REFUSAL_ROLES_WRONG;
    unsigned given = ours_as_authority ? authority_roles : BIT(PROVIDER_USER);
    return bits & (host_roles | ~given) ? REFUSAL_ROLES_NOT_YOURS : REFUSAL_NONE;
}

bool person_is_visible(const Pb__Person *person, const struct manager *manager)
{
    return manager->host || (manager->person_id[0] && strcmp(person->id, manager->person_id) == 0) ||
           (manager->authority[0] && strcmp(person->authority_id, manager->authority) == 0) ||
           (manager->provider_id[0] && strcmp(person->provider_id, manager->provider_id) == 0);
}

/* --- passwords (rule S6) ----------------------------------------------------------------------------- */

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* Letters that are written as digits and signs, as people do it; 0: no letter. */
static char letter_of(char c)
{
    static const char signs[] = "0134578@$!|+", letters[] = "oleastbasilt";
    if (isalpha((unsigned char)c))
        return (char)tolower((unsigned char)c);
    const char *sign = c ? strchr(signs, c) : NULL;
    return sign ? letters[sign - signs] : '\0';
}

/* The letters of a text: from its first true letter to its last, written plainly. Bytes of other scripts are
 * kept. */
static size_t letters_of(const char *text, char ret_letters[PASSWORD_BYTES_MAX + 1])
{
    size_t begin = 0, end = strlen(text), count = 0;
    while (begin < end && !isalpha((unsigned char)text[begin]) && (unsigned char)text[begin] < 0x80)
        begin++;
    while (end > begin && !isalpha((unsigned char)text[end - 1]) && (unsigned char)text[end - 1] < 0x80)
        end--;
    for (size_t i = begin; i < end && count < PASSWORD_BYTES_MAX; i++) {
        char letter = (unsigned char)text[i] >= 0x80 ? text[i] : letter_of(text[i]);
        if (letter)
            ret_letters[count++] = letter;
    }
    ret_letters[count] = '\0';
    return count;
}

/* Is it one word of the table, that word again and again, or two words? */
static bool is_made_of_words(const char *letters, size_t size)
{
    for (size_t first = 1; first <= size; first++) {
        if (!is_common_password_word(letters, first))
            continue;
        if (first == size || is_common_password_word(letters + first, size - first))
            return true;
        bool repeats = size % first == 0;
        for (size_t i = first; repeats && i < size; i++)
            repeats = letters[i] == letters[i - first];
        if (repeats)
            return true;
    }
    return false;
}

bool password_is_common(const char *password)
{
    bool seen[256] = {false};
    unsigned different = 0;
    for (const char *c = password; *c; c++) {
        different += !seen[(unsigned char)*c];
        seen[(unsigned char)*c] = true;
    }
    if (different < DIFFERENT_CHARACTERS_LEAST)
        return true;
    char letters[PASSWORD_BYTES_MAX + 1];
    size_t size = letters_of(password, letters);
    return size == 0 || is_made_of_words(letters, size);
}

/* Does the password hold that text, both in plain letters? */
static bool holds(const char *password, const char *text)
{
    char all[PASSWORD_BYTES_MAX + 1], part[PASSWORD_BYTES_MAX + 1];
    size_t size = letters_of(text, part);
    letters_of(password, all);
    return size >= LOCAL_PART_LEAST && strstr(all, part) != NULL;
}

enum registry_refusal password_check(const char *password, const char *email, const char *region_name)
{
    if (strlen(password) > PASSWORD_BYTES_MAX)
        return REFUSAL_PASSWORD_LONG;
    if (characters(password) < PASSWORD_BYTES_MIN)
        return REFUSAL_PASSWORD_SHORT;
    if (password_is_common(password))
        return REFUSAL_PASSWORD_COMMON;
    char local[EMAIL_BYTES_MAX + 1] = "";
    size_t size = strcspn(email, "@");
    if (size <= EMAIL_BYTES_MAX)
        memcpy(local, email, size);
    return holds(password, local) || holds(password, region_name) ? REFUSAL_PASSWORD_OWN_NAME : REFUSAL_NONE;
}

/* --- signing in -------------------------------------------------------------------------------------- */

int64_t sign_in_wait_ms(uint32_t failures)
{
    if (failures == 0)
        return 0;
    int64_t wait_ms = failures > 16 ? SIGN_IN_WAIT_MS_MAX : (int64_t)1000 << (failures - 1);
    return wait_ms < SIGN_IN_WAIT_MS_MAX ? wait_ms : SIGN_IN_WAIT_MS_MAX;
}

bool one_time_step_is_new(int64_t step, int64_t last_step)
{
    return step > last_step;
}

enum registry_refusal person_sign_in_check(const Pb__Person *person, const Pb__Authority *authority)
{
    if (person->disabled)
        return REFUSAL_SIGN_IN_WRONG;
    unsigned bits = 0;
    if (!role_bits(person, &bits))
        return REFUSAL_SIGN_IN_WRONG;
    if (person->authority_id[0] && !(bits & host_roles) &&
        (!authority || authority->state != PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE))
        return REFUSAL_SIGN_IN_NOT_MEMBER;
    return REFUSAL_NONE;
}

Pb__Claim person_claim(const Pb__Person *person, int64_t now_ms)
{
    Pb__Claim claim;
    pb__claim__init(&claim);
    claim.person_id = person->id;
    claim.authority = person->authority_id;
    claim.provider_id = person->provider_id;
    claim.n_roles = person->n_roles;
    claim.roles = person->roles;
    claim.issued_at_ms = now_ms;
    claim.expires_at_ms = now_ms + (int64_t)CLAIM_MINUTES * 60 * 1000;
    return claim;
}
