/* The words of a form's text, and phrases found at the front of a line. In: bytes that are UTF-8. Out: which
 * word it is and what follows. It knows no template. */

#include "common/forms/words.h"
#include "common/domain/scan.h"

const struct form_word_row form_words[WORD_COUNT] = {
#define X(word, text, places, value, again) [WORD_##word] = {text, places, value, again},
    FORM_WORDS(X)
#undef X
};

static const struct {
    Pb__AnswerKind kind;
    const char *text;
} kinds[] = {
    {KIND_TEXT, "text"},        {KIND_CHOICE, "one of"},   {KIND_CHOICES, "any of"}, {KIND_SCALE, "scale"},
    {KIND_YES_NO, "yes or no"}, {KIND_NUMBERS, "numbers"}, {KIND_DATE, "date"},      {KIND_EXPIRY, "expiry"},
    {KIND_GRADE, "grade"},      {KIND_MONEY, "money"},
};

static const struct {
    Pb__FormPurpose purpose;
    const char *text;
} purposes[] = {
    {PB__FORM_PURPOSE__FORM_PURPOSE_CONTRACTUAL_COMPLIANCE, "contractual compliance"},
    {PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_VISIT, "quality visit"},
    {PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE, "quality assurance"},
    {PB__FORM_PURPOSE__FORM_PURPOSE_FEE_APPLICATION, "fee application"},
    {PB__FORM_PURPOSE__FORM_PURPOSE_FEE_REPORT, "fee report"},
};

struct span form_trim(struct span text)
{
    while (text.size > 0 && is_blank((char)text.data[0]))
        text = span_of(text.data + 1, text.size - 1);
    while (text.size > 0 && is_blank((char)text.data[text.size - 1]))
        text.size--;
    return text;
}

bool form_phrase(struct span text, const char *phrase, struct span *ret_rest)
{
    size_t at = 0;
    for (; *phrase; phrase++) {
        if (*phrase == ' ') {
            if (at == text.size || !is_blank((char)text.data[at]))
                return false;
            while (at < text.size && is_blank((char)text.data[at]))
                at++;
        } else if (at == text.size || to_lower((char)text.data[at++]) != *phrase) {
            return false;
        }
    }
    if (at < text.size && text.data[at] != ':' && !is_blank((char)text.data[at]))
        return false;
    *ret_rest = form_trim(span_of(text.data + at, text.size - at));
    return true;
}

bool form_word_of(struct span line, enum form_word *ret_word, struct span *ret_value)
{
    for (unsigned i = 0; i < WORD_COUNT; i++) {
        struct span rest;
        if (!form_phrase(line, form_words[i].text, &rest))
            continue;
        if (rest.size > 0 && rest.data[0] == ':')
            rest = form_trim(span_of(rest.data + 1, rest.size - 1));
        *ret_word = (enum form_word)i;
        *ret_value = rest;
        return true;
    }
    return false;
}

/* How many letters differ, are missing or too many. Both are short. */
static size_t distance(struct span text, const char *word)
{
    enum { MOST = 20 };
    size_t length = strlen(word), row[MOST + 1];
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; i < text.size; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            size_t other = corner + (to_lower((char)text.data[i]) != word[j]);
            size_t least = row[j] < row[j + 1] ? row[j] + 1 : row[j + 1] + 1;
            corner = row[j + 1];
            row[j + 1] = other < least ? other : least;
        }
    }
    return row[length];
}

const char *form_word_near(struct span line)
{
    const char *nearest = NULL;
    size_t least = 3;
    for (unsigned i = 0; i < WORD_COUNT; i++) {
        const char *word = form_words[i].text;
        /* As much of the line as the word has words. */
        size_t blanks = 0, end = 0;
        for (const char *at = word; *at; at++)
            blanks += *at == ' ';
        for (; end < line.size && end < 20 && line.data[end] != ':'; end++)
            if (is_blank((char)line.data[end]) && blanks-- == 0)
                break;
        size_t off = distance(span_of(line.data, end), word);
        if (off < least && 2 * off < strlen(word)) {
            least = off;
            nearest = word;
        }
    }
    return nearest;
}

bool form_kind_of(struct span value, Pb__AnswerKind *ret_kind, struct span *ret_rest)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (form_phrase(value, kinds[i].text, ret_rest)) {
            *ret_kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

const char *form_kind_name(Pb__AnswerKind kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == kind)
            return kinds[i].text;
    return "nothing";
}

bool form_purpose_of(struct span value, Pb__FormPurpose *ret_purpose)
{
    struct span rest;
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        if (form_phrase(value, purposes[i].text, &rest) && rest.size == 0) {
            *ret_purpose = purposes[i].purpose;
            return true;
        }
    }
    return false;
}

const char *form_purpose_name(Pb__FormPurpose purpose)
{
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        if (purposes[i].purpose == purpose)
            return purposes[i].text;
    return "";
}

bool form_is_id(struct span text)
{
    if (text.size == 0 || text.size > FORM_ID_BYTES_MAX || !(text.data[0] >= 'a' && text.data[0] <= 'z'))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = (char)text.data[i];
        if (!is_digit(c) && c != '-' && !(c >= 'a' && c <= 'z'))
            return false;
    }
    return true;
}
