/* Transposing in tiles that fit the registers: 8 x 8 with AVX, 4 x 4 elsewhere. */
#include "tiles.h"

#include "lanes.h"

typedef float quad __attribute__((vector_size(16), aligned(4), may_alias));

#if defined(__AVX__)
enum { TILE = 8 };

static inline void transpose_tile(float *to, int64_t to_row, const float *from, int64_t from_column) {
  __m256 r[8], s[8];
  for (int at = 0; at < 4; at++) { /* columns at and at + 4 side by side: what is left is 4 x 4 in either half */
    const float *left = from + at * from_column, *right = left + 4 * from_column;
    r[at] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(left)), _mm_loadu_ps(right), 1);
    r[at + 4] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(left + 4)), _mm_loadu_ps(right + 4), 1);
  }
  for (int half = 0; half < 8; half += 4) {
    s[half] = _mm256_unpacklo_ps(r[half], r[half + 1]);
    s[half + 1] = _mm256_unpackhi_ps(r[half], r[half + 1]);
    s[half + 2] = _mm256_unpacklo_ps(r[half + 2], r[half + 3]);
    s[half + 3] = _mm256_unpackhi_ps(r[half + 2], r[half + 3]);
    _mm256_storeu_ps(to + half * to_row, _mm256_shuffle_ps(s[half], s[half + 2], 0x44));
    _mm256_storeu_ps(to + (half + 1) * to_row, _mm256_shuffle_ps(s[half], s[half + 2], 0xee));
    _mm256_storeu_ps(to + (half + 2) * to_row, _mm256_shuffle_ps(s[half + 1], s[half + 3], 0x44));
    _mm256_storeu_ps(to + (half + 3) * to_row, _mm256_shuffle_ps(s[half + 1], s[half + 3], 0xee));
  }
}
#elif defined(__SSE2__)
enum { TILE = 4 };

static inline void transpose_tile(float *to, int64_t to_row, const float *from, int64_t from_column) {
  __m128 r0 = _mm_loadu_ps(from), r1 = _mm_loadu_ps(from + from_column);
  __m128 r2 = _mm_loadu_ps(from + 2 * from_column), r3 = _mm_loadu_ps(from + 3 * from_column);
  _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
  _mm_storeu_ps(to, r0);
  _mm_storeu_ps(to + to_row, r1);
  _mm_storeu_ps(to + 2 * to_row, r2);
  _mm_storeu_ps(to + 3 * to_row, r3);
}
#else
enum { TILE = 4 };

static inline void transpose_tile(float *to, int64_t to_row, const float *from, int64_t from_column) {
  for (int row = 0; row < TILE; row++) {
    quad out;
    for (int column = 0; column < TILE; column++) out[column] = from[row + column * from_column];
    *(quad *)(to + row * to_row) = out;
  }
}
#endif

static void transpose_rest(float *to, int64_t to_row, const float *from, int64_t from_column, int64_t rows, int64_t columns) {
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t column = 0; column < columns; column++) {
      ((ef_int *)to)[row * to_row + column] = ((const ef_int *)from)[row + column * from_column];
    }
  }
}

/* Bands of 16 rows of the target: a line of the source is read whole while it is in the first-level cache. */
void ef_transpose(float *to, int64_t to_row, const float *from, int64_t from_column, int64_t rows, int64_t columns) {
  const int64_t whole = columns / TILE * TILE;
  for (int64_t band = 0; band < rows; band += 16) {
    const int64_t end = band + 16 < rows ? band + 16 : rows;
    const int64_t tiled = band + (end - band) / TILE * TILE;
    for (int64_t column = 0; column < whole; column += TILE) {
      const float *source = from + column * from_column;
      for (int64_t row = band; row < tiled; row += TILE) {
        transpose_tile(to + row * to_row + column, to_row, source + row, from_column);
      }
    }
    transpose_rest(to + band * to_row + whole, to_row, from + band + whole * from_column, from_column, tiled - band, columns - whole);
    transpose_rest(to + tiled * to_row, to_row, from + tiled, from_column, end - tiled, columns);
  }
}
