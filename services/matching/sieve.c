/* The sieve: which rows of a run have every trait and are free as far as their columns tell. In: a band's
 * bits and columns. Out: row numbers, rising. Sixty-four rows are one word of each trait that is asked for,
 * so that hardly a row is looked at that does not fit. Fees, places and exact days are the scan's to ask. */

#include "services/matching/index_inside.h"

/* What is asked of a band: of what is wanted without a last day, one column tells all, and one bit whether a
 * row is ever free so. */
struct mesh {
    uint32_t count;
    const uint64_t *bits[BAND_BITS];
    const uint16_t *from, *until; /* `until` NULL: not to be looked at */
    uint16_t first, last;
};

/* False: no row has it all. */
static inline bool mesh_init(struct mesh *mesh, const struct band *band, const struct search *search)
{
    bool open = search->until == DAY_FAR;
    uint64_t wanted = search->wanted;
    if (open && day16(search->from) < DAY16_FAR)
        wanted |= TRAIT(BIT_OPEN);
    if (wanted & ~band->any)
        return false;
    mesh->from = open ? band->open : band->from;
    mesh->until = open ? NULL : band->until;
    mesh->first = day16(search->from);
    mesh->last = day16(search->until);
    mesh->count = 0;
    for (wanted &= ~band->all; wanted; wanted &= wanted - 1)
        mesh->bits[mesh->count++] = band->bits + (size_t)__builtin_ctzll(wanted) * band->words;
    return true;
}

/* The rows of a word that have every bit, `from` to `to` only. */
static inline uint64_t word_of(const struct mesh *mesh, uint32_t word, uint32_t from, uint32_t to)
{
    uint32_t row = word * BAND_WORD;
    uint64_t fits = UINT64_MAX;
    if (from > row)
        fits <<= from - row;
    if (to - row < BAND_WORD)
        fits &= ~(UINT64_MAX << (to - row));
    for (uint32_t i = 0; i < mesh->count; i++)
        fits &= mesh->bits[i][word];
    return fits;
}

uint32_t sieve_plain(const struct band *band, const struct search *search, uint32_t from, uint32_t to,
                     uint32_t *ret_rows)
{
    struct mesh mesh;
    uint32_t count = 0;
    if (from == to || !mesh_init(&mesh, band, search))
        return 0;
    for (uint32_t word = from / BAND_WORD; word * BAND_WORD < to; word++)
        for (uint64_t fits = word_of(&mesh, word, from, to); fits; fits &= fits - 1) {
            uint32_t row = word * BAND_WORD + (uint32_t)__builtin_ctzll(fits);
            ret_rows[count] = row;
            count += (mesh.from[row] <= mesh.first) & (!mesh.until || mesh.until[row] >= mesh.last);
        }
    return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

bool sieve_is_wide(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("popcnt");
}

#define WIDE         __attribute__((target("avx2,bmi,popcnt"), always_inline)) static inline
#define LOAD(column) _mm256_loadu_si256((const __m256i *)(const void *)(column))

/* Zero where sixteen rows are free. */
WIDE __m256i late(const struct mesh *mesh, uint32_t row)
{
    __m256i late = _mm256_subs_epu16(LOAD(mesh->from + row), _mm256_set1_epi16((short)mesh->first));
    if (mesh->until)
        late = _mm256_or_si256(
            late, _mm256_subs_epu16(_mm256_set1_epi16((short)mesh->last), LOAD(mesh->until + row)));
    return _mm256_cmpeq_epi16(late, _mm256_setzero_si256());
}

/* A bit for each of 32 rows that are free. The columns have room for whole words. */
WIDE uint64_t free_bits(const struct mesh *mesh, uint32_t row)
{
    __m256i bytes = _mm256_packs_epi16(late(mesh, row), late(mesh, row + 16));
    return (unsigned)_mm256_movemask_epi8(_mm256_permute4x64_epi64(bytes, 0xd8));
}

/* Eight rows are written whether there are as many or not: how many there are is not to be guessed, and few
 * words have more. */
__attribute__((target("avx2,bmi,popcnt"))) uint32_t sieve_wide(const struct band *band,
                                                               const struct search *search, uint32_t from,
                                                               uint32_t to, uint32_t *ret_rows)
{
    struct mesh mesh;
    uint32_t count = 0;
    if (from == to || !mesh_init(&mesh, band, search))
        return 0;
    for (uint32_t word = from / BAND_WORD; word * BAND_WORD < to; word++) {
        uint32_t row = word * BAND_WORD, next = count;
        uint64_t fits = word_of(&mesh, word, from, to);
        fits &= free_bits(&mesh, row) | free_bits(&mesh, row + 32) << 32;
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
