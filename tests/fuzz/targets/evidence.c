/* Files that stand beside answers, as anybody may send them.
 *
 * In: a byte that says how the file comes in parts, and the file. Held against: what it is does not depend on
 * its parts; what is taken for a text is one. */

#include "common/forms/evidence.h"
#include "tests/fuzz/targets/fuzz.h"

static enum evidence_kind kind_of(struct span file, size_t part)
{
    struct evidence_look look;
    evidence_look_init(&look);
    while (file.size > 0) {
        /* A copy, so that nothing past the part is read unnoticed. */
        struct span bytes = take_bytes(&file, part);
        uint8_t *copy = malloc(bytes.size);
        require(copy);
        memcpy(copy, bytes.data, bytes.size);
        evidence_look_at(&look, span_of(copy, bytes.size));
        free(copy);
    }
    return evidence_look_kind(&look);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = span_of(data, size);
    size_t part = 1 + (size_t)take_number(&left, 1);
    enum evidence_kind kind = kind_of(left, left.size + 1);
    require(kind == kind_of(left, part));
    require(kind != EVIDENCE_IS_TEXT || span_is_text(left));
    return 0;
}
