/* A form with its answers as one document for paper and screen. In: a template, answers, and what stands
 * around them. Out: HTML in UTF-8 with its style inside, no script, and nothing to be fetched. Everything
 * that a person wrote is escaped. */

#include "common/forms/inside.h"

static const char head[] = "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
                           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                           "style-src 'unsafe-inline'\">\n";

static const char style[] =
    "<style>\n"
    "body{font:16px/1.45 Arial,Helvetica,sans-serif;color:#0b0c0c;background:#fff;max-width:46em;margin:2em "
    "auto;"
    "padding:0 1em}\n"
    "h1{font-size:1.8em;line-height:1.2}\nh2{font-size:1.3em;margin-top:2em;border-bottom:2px solid "
    "#0b0c0c}\n"
    "h3{font-size:1em;margin:1.2em 0 .2em}\n.standing{border:3px solid #0b0c0c;padding:.5em "
    "1em;font-weight:bold}\n"
    "dl{display:grid;grid-template-columns:max-content auto;gap:.2em "
    "1.5em}\ndt{font-weight:bold}\ndd{margin:0}\n"
    "p{margin:.2em 0}\n.words{white-space:pre-wrap}\n.none,.help,.from{color:#505a5f}\n"
    ".help,.from{font-size:.9em}\nul{margin:.2em 0;padding-left:1.2em}\n"
    "ul.boxes{list-style:none;padding:0}\n.room{border-bottom:1px solid #505a5f;height:2em}\n"
    "@media print{body{font-size:10.5pt;margin:0;max-width:none}h2,h3{break-after:avoid}"
    ".question{break-inside:avoid}}\n@page{margin:18mm}\n</style>\n";

/* Control characters have no place in a document. */
static void put_escaped(struct form_out *out, const char *text)
{
    while (*text) {
        size_t size = 0;
        while ((unsigned char)text[size] >= ' ' && !strchr("&<>\"'\x7f", text[size]))
            size++;
        if (size)
            form_put_format(out, "%.*s", (int)size, text);
        text += size;
        if (!*text)
            return;
        switch (*text) {
        case '&':
            form_put(out, "&amp;");
            break;
        case '<':
            form_put(out, "&lt;");
            break;
        case '>':
            form_put(out, "&gt;");
            break;
        case '"':
            form_put(out, "&quot;");
            break;
        case '\'':
            form_put(out, "&#39;");
            break;
        case '\n':
            form_put(out, "\n");
            break;
        case '\t':
            form_put(out, " ");
            break;
        }
        text++;
    }
}

static void put_element(struct form_out *out, const char *open, const char *text, const char *close)
{
    form_put(out, open);
    put_escaped(out, text);
    form_put(out, close);
}

/* Guidance: a paragraph for each of its lines. */
static void put_help(struct form_out *out, const char *text)
{
    while (*text) {
        size_t size = strcspn(text, "\n");
        char *line = arena_format(out->arena, "%.*s", (int)size, text);
        put_element(out, "<p class=\"help\">", line ? line : "", "</p>\n");
        text += size + (text[size] == '\n');
    }
}

static void put_facts(struct form_out *out, const struct form_page *page)
{
    if (page->n_facts == 0)
        return;
    form_put(out, "<dl>\n");
    for (size_t i = 0; i < page->n_facts; i++) {
        put_element(out, "<dt>", page->facts[i].name, "</dt>");
        put_element(out, "<dd>", page->facts[i].value, "</dd>\n");
    }
    form_put(out, "</dl>\n");
}

/* The value of an answer of any kind but words; those stand apart, in their lines. */
static void put_answer(struct form_out *out, const struct form_page *page, const Pb__FormQuestion *question,
                       const Pb__FormAnswer *answer)
{
    Pb__FormAnswer bare = *answer;
    bare.text = "";
    const char *value = form_answer_text(page->template, question, &bare, out->arena);
    if (value && *value)
        put_element(out, "<p>", value, "</p>\n");
    if (*answer->text)
        put_element(out, "<p class=\"words\">", answer->text, "</p>\n");
    if (answer->carried_over)
        form_put(out, "<p class=\"from\">As at the visit before</p>\n");
}

static const char *file_name(const struct form_page *page, const char *id)
{
    for (size_t i = 0; i < page->n_files; i++)
        if (strcmp(page->files[i].name, id) == 0)
            return page->files[i].value;
    return id;
}

static void put_files(struct form_out *out, const struct form_page *page, const Pb__FormAnswer *answer)
{
    if (!answer || answer->n_evidence_ids == 0)
        return;
    form_put(out, "<p>Evidence:</p>\n<ul>\n");
    for (size_t i = 0; i < answer->n_evidence_ids; i++)
        put_element(out, "<li>", file_name(page, answer->evidence_ids[i]), "</li>\n");
    form_put(out, "</ul>\n");
}

static void put_boxes(struct form_out *out, const struct form_page *page, const Pb__FormQuestion *question)
{
    size_t count;
    Pb__FormOption *const *options = form_options_of(page->template, question, &count);
    bool named = question->kind == KIND_NUMBERS || question->kind == KIND_MONEY;
    form_put(out, "<ul class=\"boxes\">\n");
    for (size_t i = 0; i < count; i++)
        put_element(out, named ? "<li>" : "<li>\xE2\x98\x90 ", options[i]->title,
                    named ? ": ________</li>\n" : "</li>\n");
    form_put(out, "</ul>\n");
}

/* Room to answer by hand. */
static void put_room(struct form_out *out, const struct form_page *page, const Pb__FormQuestion *question)
{
    switch (question->kind) {
    case KIND_CHOICE:
    case KIND_CHOICES:
    case KIND_GRADE:
    case KIND_NUMBERS:
    case KIND_MONEY:
        put_boxes(out, page, question);
        break;
    case KIND_YES_NO:
        form_put(out, "<p>\xE2\x98\x90 Yes \xE2\x98\x90 No \xE2\x98\x90 Does not apply</p>\n");
        break;
    case KIND_SCALE:
        form_put_format(out, "<p>From %d to %d: ________</p>\n", question->least, question->most);
        break;
    case KIND_DATE:
    case KIND_EXPIRY:
        form_put(out, "<p>Day, month and year: ________</p>\n");
        break;
    case KIND_TEXT:
    case KIND_UNSPECIFIED:
    case KIND_OTHER:
        break;
    }
    form_put(out, "<div class=\"room\"></div>\n");
}

/* On a blank form, in words: when it is asked. */
static void put_condition(struct form_out *out, const struct form_page *page,
                          const Pb__FormQuestion *question)
{
    if (question->mode != MODE_ANY && page->mode == MODE_ANY)
        form_put(out, question->mode == MODE_REMOTE ? "<p class=\"help\">At a remote visit only</p>\n"
                                                    : "<p class=\"help\">On site only</p>\n");
    const Pb__FormQuestion *other = form_question(page->template, question->only_if_question);
    if (!other)
        return;
    size_t count;
    Pb__FormOption *const *options = form_options_of(page->template, other, &count);
    const Pb__FormOption *option = form_option(options, count, question->only_if_answer, NULL);
    put_element(out, "<p class=\"help\">Only if &ldquo;", other->title, "&rdquo; is answered &ldquo;");
    put_element(out, "", option ? option->title : question->only_if_answer, "&rdquo;</p>\n");
}

static void put_question(struct form_out *out, const struct form_page *page, const Pb__FormQuestion *question)
{
    const Pb__FormAnswer *answer = form_answer_of(&page->answers, question->id);
    bool answered = form_is_answered(question, answer);
    put_element(out, "<div class=\"question\">\n<h3>", question->title, "");
    form_put(out, page->blank && question->required ? " (required)</h3>\n" : "</h3>\n");
    if (page->blank) {
        put_condition(out, page, question);
        put_help(out, question->guidance);
    }
    if (answered || (answer && *answer->text))
        put_answer(out, page, question, answer);
    else if (page->blank)
        put_room(out, page, question);
    else
        form_put(out, "<p class=\"none\">Not answered</p>\n");
    put_files(out, page, answer);
    form_put(out, "</div>\n");
}

/* What is asked; on a blank form, whatever the mode lets be asked. A section of which nothing is asked is
 * left out. */
static void put_section(struct form_out *out, const struct form_page *page, const Pb__FormSection *section)
{
    bool begun = false;
    for (size_t i = 0; i < section->n_questions; i++) {
        const Pb__FormQuestion *question = section->questions[i];
        if (page->blank ? !form_mode_asks(question->mode, page->mode)
                        : !form_is_asked(page->template, question, &page->answers, page->mode))
            continue;
        if (!begun) {
            put_element(out, "<section>\n<h2>", section->title, "</h2>\n");
            put_help(out, section->guidance);
        }
        begun = true;
        put_question(out, page, question);
    }
    if (begun)
        form_put(out, "</section>\n");
}

char *form_html(const struct form_page *page, struct arena *arena)
{
    struct form_out out = {.arena = arena};
    const char *heading = page->heading ? page->heading : page->template->title;
    form_put(&out, head);
    put_element(&out, "<title>", heading, "</title>\n");
    form_put(&out, style);
    put_element(&out, "</head>\n<body>\n<main>\n<h1>", heading, "</h1>\n");
    if (page->standing)
        put_element(&out, "<p class=\"standing\">", page->standing, "</p>\n");
    put_facts(&out, page);
    if (page->blank)
        put_help(&out, page->template->guidance);
    for (size_t i = 0; i < page->template->n_sections; i++)
        put_section(&out, page, page->template->sections[i]);
    for (size_t i = 0; i < page->n_notes; i++) {
        put_element(&out, "<section>\n<h2>", page->notes[i].name, "</h2>\n");
        put_element(&out, "<p class=\"words\">", page->notes[i].value, "</p>\n</section>\n");
    }
    form_put(&out, "</main>\n</body>\n</html>\n");
    return form_put_end(&out);
}
