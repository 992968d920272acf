/* The sieve: which rows of a run have every trait and are free as far as their columns tell. In: a band's
 * columns. Out: row numbers, rising. The same twice: sixteen rows at a time where the processor can, chosen
 * at run time, and one by one; both give the same rows. Fees, places and exact days are the scan's to ask. */

#include "services/matching/index_inside.h"

/* The columns and values to compare: of what is asked for without a last day, one column tells all. */
struct mesh {
    uint64_t wanted;
    const uint16_t *from, *until; /* `until` NULL: not to be looked at */
    uint16_t first, last;
};

static inline struct mesh mesh_of(const struct band *band, const struct search *search)
{
    bool open = search->until == DAY_FAR;
    return (struct mesh){
        .wanted = search->wanted,
        .from = open ? band->open : band->from,
        .until = open ? NULL : band->until,
        .first = day16(search->from),
        .last = day16(search->until),
    };
}

uint32_t sieve_plain(const struct band *band, const struct search *search, uint32_t from, uint32_t to,
                     uint32_t *ret_rows)
{
    const struct mesh mesh = mesh_of(band, search);
    uint32_t count = 0;
    for (uint32_t row = from; row < to; row++) {
        bool fits = (band->traits[row] & mesh.wanted) == mesh.wanted;
        fits &= mesh.from[row] <= mesh.first;
        fits &= !mesh.until || mesh.until[row] >= mesh.last;
        ret_rows[count] = row;
        count += fits;
    }
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

bool sieve_is_wide(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}

#define WIDE          __attribute__((target("avx2,bmi"), always_inline)) static inline
#define LOAD(column)  _mm256_loadu_si256((const __m256i *)(const void *)(column))
#define BITS(compare) (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(compare))

/* A bit for each of four rows that have every trait wanted. */
WIDE unsigned four(const uint64_t *traits, __m256i wanted)
{
    return BITS(_mm256_cmpeq_epi64(_mm256_and_si256(LOAD(traits), wanted), wanted));
}

/* Sixteen lanes, all ones or all zeros, as sixteen bits. */
WIDE unsigned sixteen(__m256i lanes)
{
    return (unsigned)_mm_movemask_epi8(
        _mm_packs_epi16(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1)));
}

/* Which of sixteen rows fit, as bits. Loads may reach past the run: the columns have room for that. */
WIDE uint64_t fitting(const struct band *band, const struct mesh *mesh, uint32_t row)
{
    const uint64_t *traits = band->traits + row;
    const __m256i wanted = _mm256_set1_epi64x((long long)mesh->wanted);
    __m256i late = _mm256_subs_epu16(LOAD(mesh->from + row), _mm256_set1_epi16((short)mesh->first));
    if (mesh->until)
        late = _mm256_or_si256(
            late, _mm256_subs_epu16(_mm256_set1_epi16((short)mesh->last), LOAD(mesh->until + row)));
    unsigned fits = four(traits, wanted) | four(traits + 4, wanted) << 4 | four(traits + 8, wanted) << 8 |
                    four(traits + 12, wanted) << 12;
    return fits & sixteen(_mm256_cmpeq_epi16(late, _mm256_setzero_si256()));
}

/* Eight rows are written whether there are as many or not: how many there are is not to be guessed, and few
 * words have more. */
__attribute__((target("avx2,bmi"))) uint32_t sieve_wide(const struct band *band, const struct search *search,
                                                        uint32_t from, uint32_t to, uint32_t *ret_rows)
{
    const struct mesh mesh = mesh_of(band, search);
    uint32_t count = 0;
    for (uint32_t row = from; row < to; row += 64) {
        uint64_t fits = 0;
        uint32_t rows = to - row < 64 ? to - row : 64;
        for (uint32_t at = 0; at < rows; at += 16)
            fits |= fitting(band, &mesh, row + at) << at;
        fits &= UINT64_MAX >> (64 - rows);
        uint32_t next = count;
        count += (uint32_t)__builtin_popcountll(fits);
        do
            for (int i = 0; i < SIEVE_SPARE; i++, fits &= fits - 1)
                ret_rows[next++] = row + (uint32_t)_tzcnt_u64(fits);
        while (fits);
    }
    return count;
}
#else
bool sieve_is_wide(void)
{
    return false;
}

uint32_t sieve_wide(const struct band *band, const struct search *search, uint32_t from, uint32_t to,
                    uint32_t *ret_rows)
{
    return sieve_plain(band, search, from, to, ret_rows);
}
#endif
