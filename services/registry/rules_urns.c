/* URNs in order (rule X4: ties break on the lowest live one, which is the first). In: a provision with what
 * its registers said last. Out: its URNs, sorted. Whose a URN is, is decided where rows are found. */

#include "services/registry/rules_urns.h"

#include "common/domain/urn.h"
#include "services/registry/rules_register.h"

#include <string.h>

static bool holds(const char **urns, size_t count, const char *urn)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(urns[i], urn) == 0)
            return true;
    return false;
}

static struct urn read_urn(const char *text)
{
    struct urn urn = {0};
    (void)urn_parse(text, &urn, NULL); /* what is stored was checked */
    return urn;
}

static bool names_one_of(const Pb__RegisterFact *word, enum regulator regulator)
{
    for (size_t i = 0; word && i < word->n_urns; i++)
        if (read_urn(word->urns[i]).regulator == regulator)
            return true;
    return false;
}

/* The word that decides over a regulator's URNs; NULL: no register says anything of them. */
static const Pb__RegisterFact *word_on(const Pb__Provision *provision, enum regulator regulator)
{
    const Pb__RegisterFact *own = register_newest(provision, regulator);
    if (own)
        return own;
    const Pb__RegisterFact *other =
        register_newest(provision, regulator == REGULATOR_DFE ? REGULATOR_OFSTED : REGULATOR_DFE);
    return names_one_of(other, regulator) ? other : NULL;
}

static bool is_live(const Pb__Provision *provision, const char *text, enum regulator regulator)
{
    const Pb__RegisterFact *word = word_on(provision, regulator);
    if (!word)
        return provision->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
    return word->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED &&
           holds(word->urns, word->n_urns, text);
}

static bool comes_before(const Pb__Provision *provision, const char *a, const char *b)
{
    const struct urn left = read_urn(a), right = read_urn(b);
    bool live = is_live(provision, a, left.regulator);
    if (live != is_live(provision, b, right.regulator))
        return live;
    return urn_compare(&left, &right) < 0;
}

void urns_order(Pb__Provision *provision)
{
    for (size_t i = 1; i < provision->n_urns; i++) {
        const char *urn = provision->urns[i];
        size_t at = i;
        for (; at && comes_before(provision, urn, provision->urns[at - 1]); at--)
            provision->urns[at] = provision->urns[at - 1];
        provision->urns[at] = urn;
    }
}

const char **urns_joined(const Pb__Provision *stored, const Pb__Provision *row, struct arena *arena,
                         size_t *ret_count)
{
    size_t before = stored ? stored->n_urns : 0, count = 0;
    const char **urns = arena_array(arena, const char *, before + row->n_urns + 1);
    if (!urns)
        return NULL;
    for (size_t i = 0; i < before; i++)
        urns[count++] = stored->urns[i];
    for (size_t i = 0; i < row->n_urns; i++)
        if (!holds(urns, count, row->urns[i]))
            urns[count++] = row->urns[i];
    *ret_count = count;
    return urns;
}
