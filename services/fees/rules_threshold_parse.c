/* The language of thresholds (rule F4), read by recursive descent. In: a text. Out: what it says, or the
 * first thing that is wrong with it, with its place and what was expected there. A function that reads says
 * whether it could; what is wrong is told by then. */

#include "services/fees/rules_threshold.h"

#include "services/fees/rules_index.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_NUMBER, TOKEN_SIGN, TOKEN_OTHER };

/* SIGN: one of "%,()". */
struct token {
    enum token_kind kind;
    const char *text;
    size_t size;
};

struct reader {
    const char *text;
    struct token token; /* the next one */
    struct threshold threshold;
    struct threshold_problem *problem;
};

/* --- tokens ------------------------------------------------------------------------------------------ */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char in_words[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
static const char digits[] = "0123456789";

static bool is_continued(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static struct token token_at(const char *at)
{
    at += strspn(at, " \t\r\n");
    size_t word = strspn(at, letters), number = strspn(at, digits);
    if (*at == '\0')
        return (struct token){TOKEN_END, at, 0};
    if (word > 0)
        return (struct token){TOKEN_WORD, at, strspn(at, in_words)};
    if (number > 0) {
        number += at[number] == '.';
        number += at[number - 1] == '.' ? strspn(at + number, digits) : 0;
        return (struct token){TOKEN_NUMBER, at, number};
    }
    if (strchr("%,()", *at))
        return (struct token){TOKEN_SIGN, at, 1};
    size_t size = 1;
    while (is_continued(at[size]))
        size++;
    return (struct token){TOKEN_OTHER, at, size};
}

static void step(struct reader *reader)
{
    reader->token = token_at(reader->token.text + reader->token.size);
}

static bool token_is(const struct reader *reader, const char *word)
{
    return reader->token.size == strlen(word) &&
           strncasecmp(reader->token.text, word, reader->token.size) == 0;
}

/* Steps over that word or sign, if it is next. */
static bool take(struct reader *reader, const char *word)
{
    bool is = token_is(reader, word);
    if (is)
        step(reader);
    return is;
}

bool threshold_is_word(const char *text)
{
    static const char *const words[] = {"lower", "higher", "of", "and", "plus", "review", "above"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

/* --- what is wrong ----------------------------------------------------------------------------------- */

static uint32_t column_of(const struct reader *reader, const char *at)
{
    uint32_t column = 1;
    for (const char *c = reader->text; c < at; c++)
        column += !is_continued(*c);
    return column;
}

/* Always false. */
static bool __attribute__((format(printf, 3, 4)))
wrong(struct reader *reader, const char *at, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(reader->problem->reason, sizeof reader->problem->reason, reason, arguments);
    va_end(arguments);
    reader->problem->column = column_of(reader, at);
    text_mend(reader->problem->reason);
    return false;
}

/* Something else stands next than what may stand there. Always false. */
static bool expected(struct reader *reader, const char *what)
{
    const struct token *token = &reader->token;
    if (token->kind == TOKEN_END)
        return wrong(reader, token->text, "the text ends here; expected %s", what);
    return wrong(reader, token->text, "expected %s, not \"%.*s\"", what,
                 token->size < 40 ? (int)token->size : 40, token->text);
}

static bool add(struct reader *reader, const struct threshold_node *node, uint8_t *ret_node)
{
    struct threshold *threshold = &reader->threshold;
    if (threshold->count == FEE_THRESHOLD_NODES_MAX)
        return wrong(reader, reader->token.text, "it has more than %d parts", FEE_THRESHOLD_NODES_MAX);
    threshold->nodes[threshold->count] = *node;
    *ret_node = threshold->count++;
    return true;
}

/* --- the language ------------------------------------------------------------------------------------ */

static bool expression(struct reader *reader, int depth, uint8_t *ret_node);

/* The name of an index, into a node. */
static bool index_name(struct reader *reader, struct threshold_node *node)
{
    const struct token token = reader->token;
    char name[FEE_INDEX_ID_BYTES_MAX + 1];
    if (token.kind != TOKEN_WORD)
        return expected(reader, "the name of an index");
    if (token.size > FEE_INDEX_ID_BYTES_MAX)
        return wrong(reader, token.text, "the name of an index has at most %d characters",
                     FEE_INDEX_ID_BYTES_MAX);
    memcpy(name, token.text, token.size);
    name[token.size] = '\0';
    if (threshold_is_word(name))
        return expected(reader, "the name of an index");
    if (!fee_index_is_id(name))
        return wrong(reader, token.text,
                     "\"%s\" is no word of this language; an index is written in capitals: CPI", name);
    memcpy(node->index, name, token.size + 1);
    node->column = column_of(reader, token.text);
    step(reader);
    return true;
}

/* `1.5%`, or `50% of CPI`. */
static bool percentage(struct reader *reader, uint8_t *ret_node)
{
    struct threshold_node node = {.operation = THRESHOLD_PERCENT};
    const struct token number = reader->token;
    char text[40];
    struct fault fault;
    if (number.size >= sizeof text)
        return wrong(reader, number.text, "this number is too long");
    memcpy(text, number.text, number.size);
    text[number.size] = '\0';
    if (percent_parse(text, &node.percent, &fault) != CODE_OK)
        return wrong(reader, number.text, "%s", fault.reason);
    step(reader);
    if (!take(reader, "%"))
        return expected(reader, "the sign % of a percentage");
    if (take(reader, "of")) {
        node.operation = THRESHOLD_SHARE;
        if (!index_name(reader, &node))
            return false;
    }
    return add(reader, &node, ret_node);
}

/* `… of a and b`, after its first word. */
static bool either_of(struct reader *reader, enum threshold_operation operation, int depth, uint8_t *ret_node)
{
    struct threshold_node node = {.operation = operation};
    if (!take(reader, "of"))
        return expected(reader, "\"of\"");
    if (!expression(reader, depth, &node.left))
        return false;
    if (!take(reader, "and"))
        return expected(reader, "\"and\" or \"plus\"");
    return expression(reader, depth, &node.right) && add(reader, &node, ret_node);
}

static bool bracketed(struct reader *reader, int depth, uint8_t *ret_node)
{
    if (!expression(reader, depth, ret_node))
        return false;
    return take(reader, ")") || expected(reader, "\")\" or \"plus\"");
}

static bool is_index_perhaps(const struct reader *reader)
{
    return reader->token.kind == TOKEN_WORD && !token_is(reader, "of") && !token_is(reader, "and") &&
           !token_is(reader, "plus") && !token_is(reader, "review") && !token_is(reader, "above");
}

static bool operand(struct reader *reader, int depth, uint8_t *ret_node)
{
    struct threshold_node index = {.operation = THRESHOLD_INDEX};
    bool lower = token_is(reader, "lower"), higher = token_is(reader, "higher"), open = token_is(reader, "(");
    if (reader->token.kind == TOKEN_NUMBER)
        return percentage(reader, ret_node);
    if (lower || higher || open) {
        if (depth == FEE_THRESHOLD_DEPTH_MAX)
            return wrong(reader, reader->token.text, "this is nested more than %d deep",
                         FEE_THRESHOLD_DEPTH_MAX);
        step(reader);
        return open ? bracketed(reader, depth + 1, ret_node)
                    : either_of(reader, lower ? THRESHOLD_LOWER : THRESHOLD_HIGHER, depth + 1, ret_node);
    }
    if (is_index_perhaps(reader))
        return index_name(reader, &index) && add(reader, &index, ret_node);
    return expected(reader, "a percentage, an index, \"lower of\", \"higher of\" or \"(\"");
}

static bool expression(struct reader *reader, int depth, uint8_t *ret_node)
{
    if (!operand(reader, depth, ret_node))
        return false;
    while (take(reader, "plus")) {
        struct threshold_node sum = {.operation = THRESHOLD_PLUS, .left = *ret_node};
        if (!operand(reader, depth, &sum.right) || !add(reader, &sum, ret_node))
            return false;
    }
    return true;
}

static bool review(struct reader *reader)
{
    if (!take(reader, "review"))
        return expected(reader, "\"review above\"");
    if (!take(reader, "above"))
        return expected(reader, "\"above\"");
    reader->threshold.has_review = true;
    return expression(reader, 0, &reader->threshold.review);
}

static bool whole(struct reader *reader)
{
    if (!expression(reader, 0, &reader->threshold.limit))
        return false;
    if (take(reader, ",") && !review(reader))
        return false;
    return reader->token.kind == TOKEN_END ||
           expected(reader, reader->threshold.has_review ? "\"plus\" or the end"
                                                         : "\"plus\", \", review above\" or the end");
}

enum fees_refusal threshold_parse(const char *text, struct threshold *ret_threshold,
                                  struct threshold_problem *ret_problem)
{
    struct threshold_problem unused;
    struct reader reader = {.text = text, .problem = ret_problem ? ret_problem : &unused};
    if (strlen(text) > FEE_THRESHOLD_BYTES_MAX) {
        wrong(&reader, text, "it has more than %d bytes", FEE_THRESHOLD_BYTES_MAX);
        return REFUSAL_THRESHOLD_WRONG;
    }
    reader.token = token_at(text);
    if (!whole(&reader))
        return REFUSAL_THRESHOLD_WRONG;
    *ret_threshold = reader.threshold;
    return REFUSAL_NONE;
}
