/* The sieve: which rows of a run have every trait, are free as far as their columns tell, and cost no more.
 * In: a band's columns. Out: row numbers, rising. The same twice: eight rows at a time where the processor
 * can, chosen at run time, and one by one; both give the same rows. */

#include "services/matching/index_inside.h"

uint32_t sieve_plain(const struct band *band, const struct search *search, uint32_t from, uint32_t to,
                     uint32_t *ret_rows)
{
    uint64_t wanted = search->wanted;
    int32_t first = search->from, last = search->until;
    uint32_t places = search->places, fee = search->fee_max ? search->fee_max : INT32_MAX, count = 0;
    for (uint32_t row = from; row < to; row++) {
        bool fits = (band->traits[row] & wanted) == wanted;
        fits &= band->from[row] <= first;
        fits &= band->until[row] >= last;
        fits &= (band->places[row] & (uint32_t)PLACES_MAX) >= places;
        fits &= band->fee[row] <= fee;
        ret_rows[count] = row;
        count += fits;
    }
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

bool sieve_is_wide(void)
{
    return __builtin_cpu_supports("avx2");
}

#define LOAD(column) _mm256_loadu_si256((const __m256i *)(const void *)(column))

/* Loads reach up to seven rows past the run: the columns have room for that. */
__attribute__((target("avx2"))) uint32_t sieve_wide(const struct band *band, const struct search *search,
                                                    uint32_t from, uint32_t to, uint32_t *ret_rows)
{
    const __m256i wanted = _mm256_set1_epi64x((long long)search->wanted);
    const __m256i first = _mm256_set1_epi32(search->from), last = _mm256_set1_epi32(search->until);
    const __m256i fee = _mm256_set1_epi32(search->fee_max ? (int)search->fee_max : INT32_MAX);
    const __m256i places = _mm256_set1_epi32((int)search->places), most = _mm256_set1_epi32(PLACES_MAX);
    uint32_t count = 0;
    for (uint32_t row = from; row < to; row += 8) {
        __m256i low = _mm256_cmpeq_epi64(_mm256_and_si256(LOAD(band->traits + row), wanted), wanted);
        __m256i high = _mm256_cmpeq_epi64(_mm256_and_si256(LOAD(band->traits + row + 4), wanted), wanted);
        __m256i free = _mm256_and_si256(
            _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)(band->places + row))),
            most);
        __m256i misses = _mm256_or_si256(_mm256_cmpgt_epi32(LOAD(band->from + row), first),
                                         _mm256_cmpgt_epi32(last, LOAD(band->until + row)));
        misses = _mm256_or_si256(misses, _mm256_cmpgt_epi32(places, free));
        misses = _mm256_or_si256(misses, _mm256_cmpgt_epi32(LOAD(band->fee + row), fee));
        unsigned fits = (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(low)) |
                        (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(high)) << 4;
        fits &= ~(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(misses));
        fits &= to - row >= 8 ? 255u : (1u << (to - row)) - 1;
        for (; fits; fits &= fits - 1)
            ret_rows[count++] = row + (uint32_t)__builtin_ctz(fits);
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
