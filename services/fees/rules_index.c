/* Indices (rule F4). In: an index as it is stored and as it is asked for. Out: the one laid over the other,
 * or what is wrong with it. */

#include "services/fees/rules_index.h"

#include "services/fees/rules_text.h"
#include "services/fees/rules_threshold.h"

#include <stdlib.h>

bool fee_index_is_id(const char *text)
{
    static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    size_t length = strlen(text);
    return length >= 1 && length <= FEE_INDEX_ID_BYTES_MAX && strspn(text, capitals) >= 1 &&
           strspn(text, allowed) == length;
}

bool fee_index_percent(const Pb__FeeIndexValue *value, struct percent *ret_percent)
{
    return percent_parse(value->percent, ret_percent, NULL) == CODE_OK;
}

const Pb__FeeIndexValue *fee_index_value_on(const Pb__FeeIndex *index, struct date on)
{
    const Pb__FeeIndexValue *last = NULL;
    for (size_t i = 0; i < index->n_values; i++)
        if (date_compare(stored_date(index->values[i]->from), on) <= 0)
            last = index->values[i];
    return last;
}

/* One asked value, as it is kept. */
static enum fees_refusal value_read(const Pb__FeeIndexValue *asked, struct arena *arena,
                                    Pb__FeeIndexValue **ret_value, struct fault *ret_fault)
{
    struct date from;
    struct percent percent;
    struct fault why;
    char text[PERCENT_TEXT_BYTES];
    if (!date_field(asked->from, &from) || date_is_none(from))
        return fees_refuse(ret_fault, REFUSAL_INDEX_FROM_WRONG, NULL,
                           "\"%.40s\" is no first day of a value: write YYYY-MM-DD", asked->from);
    if (percent_parse(asked->percent, &percent, &why) != CODE_OK)
        return fees_refuse(ret_fault, REFUSAL_INDEX_PERCENT_WRONG, NULL, "from %s: %s", asked->from,
                           why.reason);
    if (strlen(asked->source) > FEE_SOURCE_BYTES_MAX)
        return fees_refuse(ret_fault, REFUSAL_INDEX_SOURCE_LONG, NULL, NULL);
    Pb__FeeIndexValue *value = arena_new(arena, Pb__FeeIndexValue);
    percent_print(percent, text);
    if (!value)
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    *value = *asked;
    value->from = date_text(from, arena);
    value->percent = arena_text(arena, text);
    if (!value->from || !value->percent)
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    *ret_value = value;
    return REFUSAL_NONE;
}

/* The place of a day's value; `count`: there is none. */
static size_t place_of(Pb__FeeIndexValue *const *values, size_t count, const char *from)
{
    size_t at = 0;
    while (at < count && strcmp(values[at]->from, from) != 0)
        at++;
    return at;
}

static int by_day(const void *a, const void *b)
{
    return strcmp((*(Pb__FeeIndexValue *const *)a)->from, (*(Pb__FeeIndexValue *const *)b)->from);
}

static enum fees_refusal lay_values(const Pb__FeeIndex *stored, const Pb__FeeIndex *asked,
                                    struct arena *arena, Pb__FeeIndex *index, struct fault *ret_fault)
{
    size_t kept = stored ? stored->n_values : 0, count = kept;
    Pb__FeeIndexValue **values = arena_array(arena, Pb__FeeIndexValue *, kept + asked->n_values + 1);
    if (!values)
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    if (kept)
        memcpy(values, stored->values, kept * sizeof *values);
    for (size_t i = 0; i < asked->n_values; i++) {
        Pb__FeeIndexValue *value = NULL;
        enum fees_refusal refusal = value_read(asked->values[i], arena, &value, ret_fault);
        if (refusal != REFUSAL_NONE)
            return refusal;
        if (place_of(asked->values, i, value->from) < i)
            return fees_refuse(ret_fault, REFUSAL_INDEX_FROM_WRONG, NULL, "%s is given twice", value->from);
        size_t place = place_of(values, count, value->from);
        values[place] = value;
        count += place == count;
    }
    if (count > FEE_INDEX_VALUES_MAX)
        return fees_refuse(ret_fault, REFUSAL_INDEX_VALUES_MANY, NULL, NULL);
    qsort(values, count, sizeof *values, by_day);
    index->values = values;
    index->n_values = count;
    return REFUSAL_NONE;
}

enum fees_refusal fee_index_update(const Pb__FeeIndex *stored, const Pb__FeeIndex *asked, struct arena *arena,
                                   Pb__FeeIndex *ret_index, struct fault *ret_fault)
{
    Pb__FeeIndex index = *asked;
    if (!fee_index_is_id(asked->id))
        return fees_refuse(ret_fault, REFUSAL_INDEX_ID_WRONG, NULL, NULL);
    if (threshold_is_word(asked->id))
        return fees_refuse(ret_fault, REFUSAL_INDEX_ID_TAKEN, NULL,
                           "%s is a word of the thresholds' language: call it otherwise", asked->id);
    if (text_is_blank(index.title) && stored)
        index.title = stored->title;
    if (text_is_blank(index.title) || strlen(index.title) > FEE_TITLE_BYTES_MAX)
        return fees_refuse(ret_fault, REFUSAL_INDEX_TITLE_WRONG, NULL, NULL);
    enum fees_refusal refusal = lay_values(stored, asked, arena, &index, ret_fault);
    if (refusal == REFUSAL_NONE)
        *ret_index = index;
    return refusal;
}
